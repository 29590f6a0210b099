package io.holdfast.recovery;

import io.holdfast.jobs.LockReview;
import io.holdfast.repositories.LineRepair;
import java.util.Map;
import java.util.Set;

/** The lines agree with the jobs; the head of a line whose repository turned out free goes on. */
public final class WaitingQueueRecovery implements RecoveryPhase {

  static final String NAME = "WaitingQueueRecovery";

  private final LockReview review;

  public WaitingQueueRecovery(LockReview review) {
    this.review = review;
  }

  @Override
  public String component() {
    return NAME;
  }

  @Override
  public String operation() {
    return "recover_waiting_queues";
  }

  @Override
  public Set<String> dependsOn() {
    return Set.of(LockRecovery.NAME, JobReattachment.NAME);
  }

  @Override
  public boolean critical() {
    return false;
  }

  @Override
  public PhaseReport run() {
    LineRepair repaired = review.lines();
    return PhaseReport.of(
        Map.of(
            "waiting_jobs", repaired.inLine(),
            "tickets_removed", (long) repaired.removed(),
            "tickets_corrected", (long) repaired.aligned(),
            "requeued", (long) repaired.ticketless().size(),
            "called", (long) repaired.called().size()));
  }
}
