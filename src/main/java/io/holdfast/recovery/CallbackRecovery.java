package io.holdfast.recovery;

import io.holdfast.callbacks.CallbackEngine;
import io.holdfast.callbacks.Delivery;
import java.util.Map;
import java.util.Set;

/**
 * What was being sent when the server died is due again, when it was due; the interrupted try is in
 * its log. Nothing is sent before all phases are done.
 */
public final class CallbackRecovery implements RecoveryPhase {

  static final String NAME = "CallbackRecovery";

  private final CallbackEngine engine;

  public CallbackRecovery(CallbackEngine engine) {
    this.engine = engine;
  }

  @Override
  public String component() {
    return NAME;
  }

  @Override
  public String operation() {
    return "recover_callbacks";
  }

  @Override
  public Set<String> dependsOn() {
    return Set.of(JobReattachment.NAME);
  }

  @Override
  public boolean critical() {
    return false;
  }

  @Override
  public PhaseReport run() {
    int interrupted = engine.recover();
    Delivery.Overview all = engine.callbacks().overview();
    return PhaseReport.of(
        Map.of(
            "interrupted", (long) interrupted,
            "pending", all.pending(),
            "due", all.due(),
            "failed", all.failed()));
  }
}
