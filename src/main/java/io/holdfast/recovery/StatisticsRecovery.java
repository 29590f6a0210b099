package io.holdfast.recovery;

import io.holdfast.platform.Transactions;
import io.holdfast.statistics.StatisticsStore;
import java.util.Map;
import java.util.Set;

/**
 * Statistics are computed from samples that the ends of jobs wrote; there is nothing to mend, only
 * to count.
 */
public final class StatisticsRecovery implements RecoveryPhase {

  private final Transactions transactions;
  private final StatisticsStore store;

  public StatisticsRecovery(Transactions transactions, StatisticsStore store) {
    this.transactions = transactions;
    this.store = store;
  }

  @Override
  public String component() {
    return "StatisticsRecovery";
  }

  @Override
  public String operation() {
    return "recover_statistics";
  }

  @Override
  public Set<String> dependsOn() {
    return Set.of();
  }

  @Override
  public boolean critical() {
    return false;
  }

  @Override
  public PhaseReport run() {
    return PhaseReport.of(Map.of("samples", transactions.call(store::samples)));
  }
}
