package io.holdfast.repositories;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions, never for time. */
public final class Waiting {

  private static final long LIMIT_NANOS = Duration.ofSeconds(30).toNanos();

  private Waiting() {}

  public static void until(String what, Callable<Boolean> condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.call()) {
      if (System.nanoTime() - start > LIMIT_NANOS) {
        throw new AssertionError("still not so after 30 s: " + what);
      }
      LockSupport.parkNanos(5_000_000);
    }
  }
}
