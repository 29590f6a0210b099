package io.holdfast.platform;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes one waiting loop. Signals given while it works are remembered as one. */
public final class Signal {

  private final Semaphore given = new Semaphore(0);

  public void give() {
    given.release();
  }

  /** Returns when a signal was given since the last return, or after {@code atMost}. */
  public void await(Duration atMost) throws InterruptedException {
    if (given.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
      given.drainPermits();
    }
  }
}
