package io.holdfast.platform;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Runs one step again and again: after every signal, and after a jittered pause behind it. A step
 * that throws is logged once per cause of trouble and tried again; nothing ends the loop but {@link
 * #stop}.
 */
public final class Loop implements Runnable {

  private static final Logger LOG = System.getLogger(Loop.class.getName());
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final String name;
  private final Runnable step;
  private final Signal signal;
  private final Duration pause;
  private volatile boolean stopped;
  private boolean failing;

  public Loop(String name, Runnable step, Signal signal, Duration pause) {
    this.name = name;
    this.step = step;
    this.signal = signal;
    this.pause = pause;
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        signal.await(once() ? jittered(pause) : AFTER_FAILURE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean once() {
    try {
      step.run();
      if (failing) {
        LOG.log(Level.INFO, "{0} works again", name);
        failing = false;
      }
      return true;
    } catch (RuntimeException | Error e) {
      if (!failing && !stopped) {
        LOG.log(Level.WARNING, name + " failed; it is tried again every second", e);
      }
      failing = true;
      return false;
    }
  }

  /** So that nodes do not poll in step. */
  private static Duration jittered(Duration pause) {
    return Duration.ofNanos(
        (long) (pause.toNanos() * (0.75 + ThreadLocalRandom.current().nextDouble() / 2)));
  }

  /** Ends the loop after the step at work. */
  public void stop() {
    stopped = true;
    signal.give();
  }
}
