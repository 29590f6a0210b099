package io.holdfast.recovery;

import java.util.List;
import java.util.Map;

/**
 * What a phase did.
 *
 * @param counts what was found and done, by name
 * @param errors resources that are unavailable now; all else works
 */
public record PhaseReport(Map<String, Long> counts, List<ResourceError> errors) {
  public PhaseReport {
    counts = Map.copyOf(counts);
    errors = List.copyOf(errors);
  }

  public static PhaseReport of(Map<String, Long> counts) {
    return new PhaseReport(counts, List.of());
  }
}
