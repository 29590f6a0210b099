package io.holdfast.recovery;

import io.holdfast.jobs.LockReview;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every lock is kept by a holder that lives, freed where it is gone, and taken from one that hangs.
 */
public final class LockRecovery implements RecoveryPhase {

  static final String NAME = "LockRecovery";

  private final Inventory inventory;
  private final LockReview review;

  public LockRecovery(Inventory inventory, LockReview review) {
    this.inventory = inventory;
    this.review = review;
  }

  @Override
  public String component() {
    return NAME;
  }

  @Override
  public String operation() {
    return "recover_locks";
  }

  @Override
  public Set<String> dependsOn() {
    return Set.of(QueueRecovery.NAME, Inventory.NAME);
  }

  @Override
  public boolean critical() {
    return false;
  }

  @Override
  public PhaseReport run() {
    Map<String, Long> counts = new HashMap<>(Map.of("locks", 0L));
    List<ResourceError> errors = new ArrayList<>();
    for (LockReview.Reviewed reviewed : review.locks(inventory.found())) {
      counts.merge("locks", 1L, Long::sum);
      counts.merge(counted(reviewed), 1L, Long::sum);
      error(reviewed).ifPresent(errors::add);
    }
    return new PhaseReport(counts, errors);
  }

  private static String counted(LockReview.Reviewed reviewed) {
    return switch (reviewed.verdict().kind()) {
      case KEEP, KEEP_SKEWED -> "kept";
      case FREE -> "freed";
      case RECLAIM -> reviewed.settled() ? "reclaimed" : "kept";
      case UNAVAILABLE -> "unavailable";
    };
  }

  private static Optional<ResourceError> error(LockReview.Reviewed reviewed) {
    String action =
        switch (reviewed.verdict().kind()) {
          case KEEP, FREE -> null;
          case KEEP_SKEWED -> "kept; look at the clocks";
          case RECLAIM ->
              reviewed.settled() ? null : "kept: its holder could not be confirmed dead";
          case UNAVAILABLE -> "the row is left as it is; the repository is unavailable";
        };
    return Optional.ofNullable(action)
        .map(
            done ->
                new ResourceError(
                    "lock:" + reviewed.lock().repository(), reviewed.verdict().why(), done));
  }
}
