package io.holdfast.execution;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Class of a heartbeat's age: fresh under 120 s, stale from 120 s, dead from 600 s (both
 * inclusive); skewed if it lies ahead. Shown and warned about, never decisive (spec, Story 2).
 */
public enum HeartbeatAge {
  FRESH,
  STALE,
  DEAD,
  /** In the future; treated as stale, with a warning. */
  SKEWED,
  /** There is none. */
  ABSENT;

  public static final Duration STALE_FROM = Duration.ofMinutes(2);
  public static final Duration DEAD_FROM = Duration.ofMinutes(10);

  /** Classes {@code beat}, null if there is none. */
  public static HeartbeatAge of(@Nullable Instant beat, Instant now) {
    if (beat == null) {
      return ABSENT;
    }
    Duration age = Duration.between(beat, now);
    if (age.isNegative()) {
      return SKEWED;
    }
    if (age.compareTo(DEAD_FROM) >= 0) {
      return DEAD;
    }
    return age.compareTo(STALE_FROM) >= 0 ? STALE : FRESH;
  }
}
