package io.holdfast.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeartbeatAgeTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "-1, SKEWED",
    "0, FRESH",
    "119999, FRESH",
    "120000, STALE",
    "599999, STALE",
    "600000, DEAD",
    "86400000, DEAD"
  })
  void anAgeIsClassedWithBothBoundsInclusive(long milliseconds, HeartbeatAge expected) {
    assertThat(HeartbeatAge.of(NOW.minusMillis(milliseconds), NOW)).isEqualTo(expected);
  }

  @Test
  void noHeartbeatIsAClassOfItsOwn() {
    assertThat(HeartbeatAge.of(null, NOW)).isEqualTo(HeartbeatAge.ABSENT);
  }
}
