package io.holdfast.recovery;

import io.holdfast.jobs.Reattachment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every held job is followed again, completed, queued again or declared lost, by what the inventory
 * saw.
 */
public final class JobReattachment implements RecoveryPhase {

  public static final String NAME = "JobReattachment";

  private final Inventory inventory;
  private final Reattachment reattachment;

  public JobReattachment(Inventory inventory, Reattachment reattachment) {
    this.inventory = inventory;
    this.reattachment = reattachment;
  }

  @Override
  public String component() {
    return NAME;
  }

  @Override
  public String operation() {
    return "reattach_jobs";
  }

  @Override
  public Set<String> dependsOn() {
    return Set.of(QueueRecovery.NAME, Inventory.NAME);
  }

  @Override
  public boolean critical() {
    return true;
  }

  @Override
  public PhaseReport run() {
    Map<String, Long> counts = new HashMap<>();
    List<ResourceError> errors = new ArrayList<>();
    for (Reattachment.Result result : reattachment.reattach(inventory.found())) {
      counts.merge(result.counted(), 1L, Long::sum);
      result
          .trouble()
          .ifPresent(
              reason ->
                  errors.add(
                      new ResourceError(
                          "job:" + result.job(),
                          reason,
                          "set aside; the job is followed by what is left")));
    }
    return new PhaseReport(counts, errors);
  }
}
