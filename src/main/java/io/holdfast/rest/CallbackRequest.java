package io.holdfast.rest;

import io.holdfast.callbacks.EventType;
import io.holdfast.callbacks.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A callback, as the client wrote it.
 *
 * @param secret the same as {@code secrets} with one
 */
record CallbackRequest(
    @Nullable String url,
    @Nullable List<String> events,
    @Nullable Map<String, String> headers,
    @Nullable String secret,
    @Nullable List<String> secrets) {

  /**
   * @param prefix where it stands in the body
   */
  Target toTarget(String prefix) {
    if (url == null) {
      throw ProblemException.invalid(prefix + "url", "is missing");
    }
    List<String> all = new ArrayList<>(secrets == null ? List.of() : secrets);
    if (secret != null) {
      all.add(0, secret);
    }
    return new Target(
        url, events == null ? EventType.ENDS : events, headers == null ? Map.of() : headers, all);
  }

  /** Without what is secret. */
  @Override
  public String toString() {
    return "CallbackRequest[" + events + "]";
  }
}
