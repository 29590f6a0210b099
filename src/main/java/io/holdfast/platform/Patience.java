package io.holdfast.platform;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what no signal tells of. */
public final class Patience {

  private static final long PAUSE_MILLIS = 20;

  private Patience() {}

  /** True as soon as the condition holds; false if it never did, or the thread was interrupted. */
  public static boolean until(BooleanSupplier condition, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
