package io.holdfast.recovery;

import io.holdfast.jobs.LockReview;
import io.holdfast.repositories.BatchRepair;
import java.util.Map;
import java.util.Set;

/**
 * Every open batch has a leader and members: a finished fetch is not repeated, an interrupted one
 * is redone.
 */
public final class BatchRecovery implements RecoveryPhase {

  static final String NAME = "BatchRecovery";

  private final LockReview review;

  public BatchRecovery(LockReview review) {
    this.review = review;
  }

  @Override
  public String component() {
    return NAME;
  }

  @Override
  public String operation() {
    return "recover_batches";
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
    BatchRepair repaired = review.batches();
    return PhaseReport.of(
        Map.of(
            "open_batches", (long) repaired.open(),
            "leaders_elected", (long) repaired.elected(),
            "dissolved", (long) repaired.dissolved(),
            "members_dropped", (long) repaired.dropped(),
            "called", (long) repaired.called().size()));
  }
}
