package io.holdfast.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One entry of the startup log. */
public record Operation(
    String component,
    String operation,
    Instant timestamp,
    Duration duration,
    Status status,
    Map<String, Long> counts,
    List<ResourceError> errors) {

  /** How it ended. */
  public enum Status {
    SUCCESS,
    /** Done, but for the resources in its errors. */
    PARTIAL_SUCCESS,
    FAILED
  }

  static Operation of(RecoveryPhase phase, Instant at, Duration took, PhaseReport report) {
    Status status = report.errors().isEmpty() ? Status.SUCCESS : Status.PARTIAL_SUCCESS;
    return new Operation(
        phase.component(), phase.operation(), at, took, status, report.counts(), report.errors());
  }

  static Operation failed(
      RecoveryPhase phase, Instant at, Duration took, String reason, String action) {
    ResourceError error = new ResourceError("component:" + phase.component(), reason, action);
    return new Operation(
        phase.component(), phase.operation(), at, took, Status.FAILED, Map.of(), List.of(error));
  }
}
