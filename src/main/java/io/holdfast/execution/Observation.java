package io.holdfast.execution;

import java.time.Instant;
import java.util.OptionalDouble;

/**
 * What is known of an attempt now. Unknown is not Lost: what cannot be seen is never declared dead.
 */
public sealed interface Observation {

  /** The facts behind it. */
  Evidence evidence();

  /** Launched, and it may still start or has claimed its start; nothing runs yet. */
  record Pending(Evidence evidence) implements Observation {}

  /**
   * The command runs.
   *
   * @param exitCodeWillBeKnown false if its runner is gone: when the command ends, the attempt is
   *     lost
   * @param peakMemoryBytes sum of the high-water marks of its processes, 0 if not readable
   */
  record Running(
      Evidence evidence, Instant startedAt, boolean exitCodeWillBeKnown, long peakMemoryBytes)
      implements Observation {}

  /**
   * It ended and left its exit record.
   *
   * @param exitCode as a shell reports it: 128 + n for an end by signal n
   * @param cpuSeconds user and system time of the command and its awaited children
   */
  record Exited(
      Evidence evidence,
      int exitCode,
      Instant startedAt,
      Instant endedAt,
      OptionalDouble cpuSeconds)
      implements Observation {}

  /** It never ran and never can: a retry is safe. */
  record NeverStarted(Evidence evidence) implements Observation {}

  /** It ran, is gone, and left no exit record. */
  record Lost(Evidence evidence) implements Observation {}

  /** The facts do not allow a verdict; look again later. */
  record Unknown(Evidence evidence) implements Observation {}
}
