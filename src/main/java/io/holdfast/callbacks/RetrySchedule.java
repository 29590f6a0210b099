package io.holdfast.callbacks;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When a delivery is tried again: once after each delay, counted from the end of the try before.
 */
public record RetrySchedule(List<Duration> delays) {
  public RetrySchedule {
    delays = List.copyOf(delays);
  }

  /**
   * Empty if that was the last.
   *
   * @param made tries that were made, at least 1
   */
  Optional<Instant> next(int made, Instant now) {
    return made > delays.size() ? Optional.empty() : Optional.of(now.plus(delays.get(made - 1)));
  }
}
