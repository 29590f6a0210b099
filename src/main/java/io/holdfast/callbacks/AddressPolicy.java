package io.holdfast.callbacks;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where callbacks may go: to the public internet, and to what the administrator allows. An IPv4
 * address within an IPv6 one (mapped, NAT64, 6to4) is judged as the IPv4 address that it reaches.
 * The ranges are those that IANA's special-purpose registries call not globally reachable.
 */
public final class AddressPolicy {

  private static final Map<AddressRange, String> REFUSED =
      ranges(
          "0.0.0.0/8 unspecified",
          "10.0.0.0/8 private",
          "100.64.0.0/10 shared",
          "127.0.0.0/8 loopback",
          "169.254.0.0/16 link-local, as are metadata services",
          "172.16.0.0/12 private",
          "192.0.0.0/24 reserved",
          "192.0.2.0/24 for documentation",
          "192.88.99.0/24 reserved",
          "192.168.0.0/16 private",
          "198.18.0.0/15 for benchmarks",
          "198.51.100.0/24 for documentation",
          "203.0.113.0/24 for documentation",
          "224.0.0.0/4 multicast",
          "240.0.0.0/4 reserved",
          "::/128 unspecified",
          "::1/128 loopback",
          "64:ff9b:1::/48 translated locally",
          "fc00::/7 private",
          "fe80::/10 link-local",
          "fec0::/10 site-local",
          "ff00::/8 multicast",
          "2001::/23 reserved",
          "2001:db8::/32 for documentation",
          "3fff::/20 for documentation");

  private static final AddressRange GLOBAL_IPV6 = AddressRange.parse("2000::/3");

  /** Where an IPv4 address stands in these, in bytes. */
  private static final Map<AddressRange, Integer> EMBEDDING = embedding();

  private final List<AddressRange> allowed;

  private AddressPolicy(List<AddressRange> allowed) {
    this.allowed = allowed;
  }

  /**
   * The public internet, and these.
   *
   * @param allowed ranges with commas between: {@code 127.0.0.0/8,::1}
   * @throws IllegalArgumentException if one is no range
   */
  public static AddressPolicy allowing(String allowed) {
    return new AddressPolicy(
        Arrays.stream(allowed.split(",", -1))
            .map(String::strip)
            .filter(text -> !text.isEmpty())
            .map(AddressRange::parse)
            .toList());
  }

  /** Why we do not connect there; empty if we do. */
  public Optional<String> objection(InetAddress address) {
    byte[] bytes = reached(address.getAddress());
    if (allowed.stream().anyMatch(range -> range.contains(bytes))) {
      return Optional.empty();
    }
    String shown = address.getHostAddress();
    for (var refused : REFUSED.entrySet()) {
      if (refused.getKey().contains(bytes)) {
        return Optional.of("the address " + shown + " is " + refused.getValue());
      }
    }
    return bytes.length == 16 && !GLOBAL_IPV6.contains(bytes)
        ? Optional.of("the address " + shown + " is reserved")
        : Optional.empty();
  }

  /**
   * Of a host as it stands in a URL, without asking anyone: names other than localhost are judged
   * when they are connected to.
   */
  Optional<String> objectionToHost(String host) {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    String name = bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare;
    try {
      if (name.equalsIgnoreCase("localhost") || endsWithIgnoringCase(name, ".localhost")) {
        return objection(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
      }
      return host.startsWith("[") || name.matches("[0-9.]+")
          ? objection(InetAddress.getByName(name))
          : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.of("is not an address");
    }
  }

  private static boolean endsWithIgnoringCase(String name, String end) {
    return name.regionMatches(true, name.length() - end.length(), end, 0, end.length());
  }

  private static byte[] reached(byte[] address) {
    for (var form : EMBEDDING.entrySet()) {
      if (form.getKey().contains(address)) {
        int from = form.getValue();
        byte[] inner = Arrays.copyOfRange(address, from, from + 4);
        // ::1 and :: look like embedded addresses and are not
        return from == 12 && inner[0] == 0 ? address : inner;
      }
    }
    return address;
  }

  private static Map<AddressRange, Integer> embedding() {
    Map<AddressRange, Integer> forms = new LinkedHashMap<>();
    forms.put(AddressRange.of(mapped(), 96), 12);
    forms.put(AddressRange.parse("::/96"), 12);
    forms.put(AddressRange.parse("64:ff9b::/96"), 12);
    forms.put(AddressRange.parse("2002::/16"), 2);
    return forms;
  }

  /** Written as a text, Java makes it an IPv4 address. */
  private static byte[] mapped() {
    byte[] start = new byte[16];
    start[10] = (byte) 0xff;
    start[11] = (byte) 0xff;
    return start;
  }

  private static Map<AddressRange, String> ranges(String... lines) {
    Map<AddressRange, String> ranges = new LinkedHashMap<>();
    for (String line : lines) {
      String[] parts = line.split(" ", 2);
      ranges.put(AddressRange.parse(parts[0]), parts[1]);
    }
    return ranges;
  }
}
