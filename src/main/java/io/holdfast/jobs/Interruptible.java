package io.holdfast.jobs;

import org.jspecify.annotations.Nullable;

/**
 * A stretch of work that another thread may interrupt; never the thread's work before or after it.
 */
final class Interruptible {

  private @Nullable Thread worker;

  /** The calling thread's stretch begins. */
  synchronized void begin() {
    worker = Thread.currentThread();
  }

  /** It is over; an interrupt that came too late is forgotten. */
  @SuppressWarnings("ThreadInterruptedResult")
  synchronized void end() {
    worker = null;
    Thread.interrupted();
  }

  synchronized void interrupt() {
    if (worker != null) {
      worker.interrupt();
    }
  }
}
