package io.holdfast.platform;

import java.util.function.Supplier;

/**
 * Short database transactions, visible at the place that needs them.
 *
 * <p>Every call runs in a transaction of its own, READ COMMITTED, whatever the caller is in. When a
 * call returns normally, its writes are on disk; when it throws, none of them happened, except
 * where the connection broke during the commit itself: then either may be true, and the caller
 * reads again before it decides.
 */
public interface Transactions {

  /**
   * Runs {@code work} and commits. An exception or error from {@code work} rolls back and is thrown
   * on.
   */
  <T> T call(Supplier<T> work);

  /** {@link #call} for work without a result. */
  default void run(Runnable work) {
    call(
        () -> {
          work.run();
          return true;
        });
  }
}
