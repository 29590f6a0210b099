package io.holdfast.callbacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BreakerTest {

  private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

  private final Breaker breaker = new Breaker(3, Duration.ofSeconds(30));

  @Test
  void itOpensAtTheThresholdStaysOpenWhileTriesFailAndClosesWithTheFirstThatWorks() {
    @Nullable LaneHealth health = breaker.after(null, false, NOW);
    assertThat(health).isEqualTo(new LaneHealth(1, NOW, null));
    health = breaker.after(health, false, NOW.plusSeconds(1));
    assertThat(health).isEqualTo(new LaneHealth(2, NOW, null));
    health = breaker.after(health, false, NOW.plusSeconds(2));
    assertThat(health).isEqualTo(new LaneHealth(3, NOW, NOW.plusSeconds(32)));
    health = breaker.after(health, false, NOW.plusSeconds(40));
    assertThat(health).isEqualTo(new LaneHealth(4, NOW, NOW.plusSeconds(70)));
    assertThat(breaker.after(health, true, NOW.plusSeconds(71))).isNull();
  }

  @Test
  void aFailureBetweenSuccessesDoesNotOpenIt() {
    @Nullable LaneHealth health = null;
    for (int i = 0; i < 10; i++) {
      health = breaker.after(breaker.after(health, true, NOW), false, NOW);
    }
    assertThat(health).isEqualTo(new LaneHealth(1, NOW, null));
  }
}
