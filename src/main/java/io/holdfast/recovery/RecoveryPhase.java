package io.holdfast.recovery;

import java.util.Set;

/**
 * One part of the start-up recovery. It may be run again after a crash in its middle and after it
 * was done: what it finds done it leaves alone.
 */
public interface RecoveryPhase {

  /** Names the phase, in the startup log and in what others depend on: {@code QueueRecovery}. */
  String component();

  /** What it does: {@code recover_queue}. */
  String operation();

  /** The components that must have ended well before. */
  Set<String> dependsOn();

  /** Without it the server takes no work. */
  boolean critical();

  /**
   * False for what may as well be done while the server works: it is run when all others have
   * ended, and nothing waits for it.
   */
  default boolean beforeReady() {
    return true;
  }

  /**
   * Throws if it could not be done at all; single resources that could not are errors of the
   * report.
   */
  PhaseReport run();
}
