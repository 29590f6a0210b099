package io.holdfast.recovery;

import io.holdfast.jobs.Reattachment;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks at the files and processes of every job that a former life of this server held. */
public final class Inventory implements RecoveryPhase {

  static final String NAME = "Inventory";

  private final Reattachment reattachment;
  private volatile List<Reattachment.Found> found = List.of();

  public Inventory(Reattachment reattachment) {
    this.reattachment = reattachment;
  }

  /** What the last run saw. */
  List<Reattachment.Found> found() {
    return found;
  }

  @Override
  public String component() {
    return NAME;
  }

  @Override
  public String operation() {
    return "observe_attempts";
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
    found = reattachment.inventory();
    return PhaseReport.of(Map.of("held_jobs", (long) found.size()));
  }
}
