package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {

  @ParameterizedTest
  @CsvSource({
    "90, PT90S",
    "90s, PT90S",
    "15m, PT15M",
    "1h30m, PT1H30M",
    "2d, P2D",
    "5ms, PT0.005S"
  })
  void durationsAsPeopleTypeThem(String typed, Duration meant) {
    assertThat(Times.parse(typed)).isEqualTo(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-5", "h", "1h ", "5 m", "1y"})
  void otherWordsAreNoDurations(String typed) {
    assertThatIllegalArgumentException().isThrownBy(() -> Times.parse(typed));
  }

  @ParameterizedTest
  @CsvSource({
    "0, now",
    "59, 59 s ago",
    "60, 1 min ago",
    "3600, 1 h ago",
    "7380, 2 h 3 min ago",
    "172800, 2 d ago",
    "-30, in 30 s"
  })
  void agesAsPeopleSayThem(long seconds, String said) {
    Instant now = Instant.parse("2026-01-02T00:00:00Z");
    assertThat(Times.ago(now.minusSeconds(seconds), now)).isEqualTo(said);
  }

  @Test
  void aTimeThatIsNotThereIsADash() {
    assertThat(Times.ago(null, Instant.EPOCH)).isEqualTo("-");
  }
}
