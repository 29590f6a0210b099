package io.holdfast.callbacks.http;

import io.holdfast.callbacks.AddressPolicy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves to addresses that the policy allows. The client connects to what this returns and asks
 * nobody again, so what is checked is what is connected to. Literal addresses come through here,
 * too.
 */
final class CheckedDns implements DnsResolver {

  private final DnsResolver names;
  private final AddressPolicy policy;

  CheckedDns(DnsResolver names, AddressPolicy policy) {
    this.names = names;
    this.policy = policy;
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    List<InetAddress> allowed = new ArrayList<>();
    String objection = "the name has no address";
    for (InetAddress address : names.resolve(host)) {
      Optional<String> found = policy.objection(address);
      if (found.isEmpty()) {
        allowed.add(address);
      } else {
        objection = found.get();
      }
    }
    if (allowed.isEmpty()) {
      throw new ForbiddenAddress(objection);
    }
    return allowed.toArray(InetAddress[]::new);
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }
}
