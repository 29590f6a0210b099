package io.holdfast.callbacks.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.callbacks.Answer;
import org.jspecify.annotations.Nullable;

/** As much of an answer as has come. */
final class Partial {

  int code;
  @Nullable String retryAfter;
  byte @Nullable [] body;
  int length;

  Answer.Status whole() {
    String excerpt =
        body == null ? "" : new String(body, 0, Math.min(length, HttpSender.EXCERPT), UTF_8);
    return new Answer.Status(code, retryAfter, excerpt);
  }

  /**
   * Of an answer that broke off. Its status stands: a receiver that says 2xx has taken it, whatever
   * becomes of the rest. Null if not even that came.
   */
  @Nullable Answer answer() {
    return code == 0 ? null : whole();
  }
}
