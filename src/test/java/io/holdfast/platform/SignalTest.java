package io.holdfast.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SignalTest {

  private static final Duration NEVER = Duration.ofDays(1);

  private final Signal signal = new Signal();

  @Test
  void aSignalGivenBeforeTheWaitIsNotLost() throws InterruptedException {
    signal.give();

    signal.await(NEVER);
  }

  @Test
  void manySignalsAreOne() throws InterruptedException {
    signal.give();
    signal.give();
    signal.give();
    signal.await(NEVER);

    Thread waiting =
        new Thread(
            () -> {
              try {
                signal.await(NEVER);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    waiting.start();
    while (waiting.getState() != Thread.State.TIMED_WAITING) {
      assertThat(waiting.isAlive()).isTrue();
      Thread.onSpinWait();
    }

    signal.give();
    waiting.join(TimeUnit.SECONDS.toMillis(20));
    assertThat(waiting.isAlive()).isFalse();
  }

  @Test
  void withoutASignalTheWaitEndsInTime() throws InterruptedException {
    signal.await(Duration.ofMillis(1));
    signal.await(Duration.ZERO);
  }
}
