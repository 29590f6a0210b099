package io.holdfast.recovery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Orders phases by what they depend on. */
final class PhaseOrder {

  private PhaseOrder() {}

  /**
   * The phases, each after all that it depends on; otherwise in the order given.
   *
   * @throws IllegalArgumentException if a dependency is unknown or runs later, a name is used
   *     twice, or phases depend on each other in a circle; the message names the phase
   */
  static List<RecoveryPhase> sort(List<RecoveryPhase> phases) {
    Map<String, RecoveryPhase> open = new LinkedHashMap<>();
    for (RecoveryPhase phase : phases) {
      if (open.put(phase.component(), phase) != null) {
        throw new IllegalArgumentException("two recovery phases are called " + phase.component());
      }
    }
    for (RecoveryPhase phase : phases) {
      for (String needed : phase.dependsOn()) {
        RecoveryPhase before = open.get(needed);
        if (before != null && phase.beforeReady() && !before.beforeReady()) {
          throw new IllegalArgumentException(
              "recovery phase "
                  + phase.component()
                  + " depends on "
                  + needed
                  + ", which nothing waits for");
        }
        if (before == null) {
          throw new IllegalArgumentException(
              "recovery phase "
                  + phase.component()
                  + " depends on "
                  + needed
                  + ", which does not exist");
        }
      }
    }
    List<RecoveryPhase> sorted = new ArrayList<>();
    while (!open.isEmpty()) {
      List<RecoveryPhase> next =
          open.values().stream()
              .filter(phase -> phase.dependsOn().stream().noneMatch(open::containsKey))
              .toList();
      if (next.isEmpty()) {
        throw new IllegalArgumentException(
            "recovery phases depend on each other in a circle: " + open.keySet());
      }
      for (RecoveryPhase phase : next) {
        sorted.add(phase);
        open.remove(phase.component());
      }
    }
    return sorted;
  }
}
