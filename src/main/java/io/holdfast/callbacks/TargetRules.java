package io.holdfast.callbacks;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Decides whether a target may be named. What is let in can be sent to as it is. */
public final class TargetRules {

  /** Targets of one job. */
  public static final int MAX_TARGETS = 20;

  static final int MAX_URL = 2048;
  static final int MAX_HEADERS = 20;
  static final int MAX_HEADER_VALUE = 4096;
  static final int MAX_SECRETS = 5;

  private static final String SECRET_PREFIX = "whsec_";
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");

  /** Those that frame the request, and those that say who sent it. */
  private static final Set<String> OURS =
      Set.of(
          "host",
          "transfer-encoding",
          "connection",
          "keep-alive",
          "te",
          "trailer",
          "upgrade",
          "expect",
          "accept-encoding",
          "http2-settings",
          "user-agent");

  private final AddressPolicy addresses;

  public TargetRules(AddressPolicy addresses) {
    this.addresses = addresses;
  }

  /** All that is wrong; empty if the target may be named. */
  public List<Objection> objections(Target target) {
    List<Objection> found = new ArrayList<>();
    urlObjection(target.url()).ifPresent(reason -> found.add(new Objection("url", reason)));
    checkEvents(target.events(), found);
    checkHeaders(target.headers(), found);
    found.addAll(objections(target.secrets()));
    return found;
  }

  /** All that is wrong with secrets. */
  List<Objection> objections(List<String> secrets) {
    List<Objection> found = new ArrayList<>();
    if (secrets.size() > MAX_SECRETS) {
      found.add(new Objection("secrets", "at most " + MAX_SECRETS));
    }
    for (String secret : secrets) {
      if (!isSecret(secret)) {
        found.add(
            new Objection("secrets", "must be whsec_ and the base64 form of 24 to 64 bytes, each"));
        break;
      }
    }
    return found;
  }

  private Optional<String> urlObjection(String url) {
    if (url.length() > MAX_URL) {
      return Optional.of("is longer than " + MAX_URL + " characters");
    }
    if (!url.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      return Optional.of("must be printable ASCII; write other characters with % or as punycode");
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      return Optional.of("is not a URL");
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      return Optional.of("must begin with https:// or http://");
    }
    if (uri.getRawUserInfo() != null) {
      return Optional.of("must not hold credentials; send them as a header");
    }
    if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535) {
      return Optional.of("does not name a host, or not a port from 1 to 65535");
    }
    if (uri.getRawFragment() != null) {
      return Optional.of("must not have a fragment");
    }
    return addresses
        .objectionToHost(uri.getHost())
        .map(why -> why + "; holdfast.callbacks.allow-addresses does not allow it");
  }

  private static void checkEvents(List<String> events, List<Objection> found) {
    if (events.isEmpty()) {
      found.add(new Objection("events", "is empty; leave it out to be told of every end"));
    }
    Set<String> seen = new HashSet<>();
    List<String> known = EventType.subscribable();
    for (String event : events) {
      if (!known.contains(event)) {
        found.add(new Objection("events", "has an unknown event; known: " + known));
        return;
      }
      if (!seen.add(event)) {
        found.add(new Objection("events", "names an event twice"));
        return;
      }
    }
  }

  private static void checkHeaders(Map<String, String> headers, List<Objection> found) {
    if (headers.size() > MAX_HEADERS) {
      found.add(new Objection("headers", "at most " + MAX_HEADERS));
      return;
    }
    Set<String> seen = new HashSet<>();
    for (var header : headers.entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!TOKEN.matcher(name).matches()) {
        found.add(new Objection("headers", "has a name that is not a header's"));
      } else if (isOurs(name)) {
        found.add(new Objection("headers." + header.getKey(), "is set by the server"));
      } else if (!seen.add(name)) {
        found.add(new Objection("headers." + header.getKey(), "is there twice"));
      } else if (!isValue(header.getValue())) {
        found.add(
            new Objection(
                "headers." + header.getKey(),
                "must be printable ASCII without spaces around it, at most "
                    + MAX_HEADER_VALUE
                    + " characters"));
      }
    }
  }

  private static boolean isOurs(String name) {
    return OURS.contains(name)
        || name.startsWith("content-")
        || name.startsWith("webhook-")
        || name.startsWith("proxy-");
  }

  private static boolean isValue(String value) {
    return value.length() <= MAX_HEADER_VALUE
        && value.equals(value.strip())
        && value.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
  }

  private static boolean isSecret(String secret) {
    if (!secret.startsWith(SECRET_PREFIX)) {
      return false;
    }
    try {
      int bytes = Base64.getDecoder().decode(secret.substring(SECRET_PREFIX.length())).length;
      return bytes >= 24 && bytes <= 64;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** What deliveries to this URL share: a host that hangs holds up all of them. */
  public static String lane(String url) {
    URI uri = URI.create(url);
    return (uri.getScheme()
            + "://"
            + uri.getHost()
            + (uri.getPort() < 0 ? "" : ":" + uri.getPort()))
        .toLowerCase(Locale.ROOT);
  }
}
