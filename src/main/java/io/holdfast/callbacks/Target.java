package io.holdfast.callbacks;

import java.util.List;
import java.util.Map;

/**
 * Who is to be told, of what and how, as a user wrote it. Headers and secrets are never shown.
 *
 * @param events names as in {@link EventType#wire}
 * @param secrets {@code whsec_...}; each signs, so that a receiver can change over. None: unsigned
 */
public record Target(
    String url, List<String> events, Map<String, String> headers, List<String> secrets) {
  public Target {
    events = List.copyOf(events);
    headers = Map.copyOf(headers);
    secrets = List.copyOf(secrets);
  }

  /** Without what is secret: URLs hold tokens, too. */
  @Override
  public String toString() {
    return "Target[" + events + "]";
  }
}
