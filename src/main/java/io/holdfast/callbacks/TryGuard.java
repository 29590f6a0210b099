package io.holdfast.callbacks;

/**
 * Carries tries out one by one, and guards our own side: against a try that does not end, too many
 * at once, and faults that repeat. Receivers are guarded one by one, by {@link Breaker} and in the
 * claim.
 */
@FunctionalInterface
public interface TryGuard {

  /** One try. */
  @FunctionalInterface
  interface Try {
    Answer send() throws InterruptedException;
  }

  /**
   * What came of it.
   *
   * @throws RuntimeException if it could not be tried; that does not count
   */
  Answer call(Try one) throws InterruptedException;
}
