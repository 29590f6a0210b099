package io.holdfast.callbacks;

import org.jspecify.annotations.Nullable;

/** What came of one try. */
public sealed interface Answer {

  /** An HTTP answer. */
  record Status(int code, @Nullable String retryAfter, String excerpt) implements Answer {}

  /** No answer: no address, no connection, no TLS, cut off, or too slow. */
  record None(String error) implements Answer {}

  /** We do not connect there. */
  record Forbidden(String error) implements Answer {}

  /** We could not even try, through our own fault. */
  record NotTried(String error) implements Answer {}
}
