package io.holdfast.recovery;

import io.holdfast.jobs.JobStore;
import io.holdfast.jobs.QueueHealth;
import io.holdfast.platform.Transactions;
import java.util.Map;
import java.util.Set;

/** The queue is its table; this proves that it agrees with the jobs' states, and counts. */
public final class QueueRecovery implements RecoveryPhase {

  static final String NAME = "QueueRecovery";

  private final Transactions transactions;
  private final JobStore store;

  public QueueRecovery(Transactions transactions, JobStore store) {
    this.transactions = transactions;
    this.store = store;
  }

  @Override
  public String component() {
    return NAME;
  }

  @Override
  public String operation() {
    return "recover_queue";
  }

  @Override
  public Set<String> dependsOn() {
    return Set.of();
  }

  @Override
  public boolean critical() {
    return true;
  }

  @Override
  public PhaseReport run() {
    QueueHealth health = transactions.call(store::checkQueue);
    return PhaseReport.of(
        Map.of(
            "jobs_recovered", health.queued(),
            "places_added", (long) health.added(),
            "places_removed", (long) health.removed()));
  }
}
