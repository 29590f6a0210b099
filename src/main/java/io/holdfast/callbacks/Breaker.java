package io.holdfast.callbacks;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Guards a lane: after a failure one delivery at a time tries, until one comes through; after so
 * many in a row nothing is sent for a while before each. What waits meanwhile spends no try.
 */
record Breaker(int threshold, Duration pause) {

  /** Null of a healthy lane, before and after. */
  @Nullable LaneHealth after(@Nullable LaneHealth before, boolean healthy, Instant now) {
    if (healthy) {
      return null;
    }
    int failures = before == null ? 1 : before.failures() + 1;
    return new LaneHealth(
        failures,
        before == null ? now : before.since(),
        failures >= threshold ? now.plus(pause) : null);
  }
}
