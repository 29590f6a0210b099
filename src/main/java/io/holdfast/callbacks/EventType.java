package io.holdfast.callbacks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can be told. */
public enum EventType {
  JOB_QUEUED,
  JOB_WAITING,
  JOB_STARTED,
  JOB_COMPLETED,
  JOB_FAILED,
  JOB_TIMED_OUT,
  JOB_CANCELLED,
  JOB_LOST,
  /** A test of an endpoint; nobody subscribes to it. */
  PING;

  /** What whoever names no events is told of: that a job has ended. */
  public static final List<String> ENDS =
      List.of(
          JOB_COMPLETED.wire(),
          JOB_FAILED.wire(),
          JOB_TIMED_OUT.wire(),
          JOB_CANCELLED.wire(),
          JOB_LOST.wire());

  /** {@code job.timed_out}. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT).replaceFirst("_", ".");
  }

  public static Optional<EventType> of(String wire) {
    return Arrays.stream(values()).filter(type -> type.wire().equals(wire)).findFirst();
  }

  /** What a target can ask for. */
  public static List<String> subscribable() {
    return Arrays.stream(values()).filter(type -> type != PING).map(EventType::wire).toList();
  }
}
