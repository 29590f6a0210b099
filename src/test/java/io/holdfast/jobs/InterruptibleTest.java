package io.holdfast.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class InterruptibleTest {

  private final Interruptible stretch = new Interruptible();

  @Test
  void aWorkerIsInterruptedWithinItsStretch() {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted =
        CompletableFuture.supplyAsync(
            () -> {
              stretch.begin();
              begun.countDown();
              try {
                new CountDownLatch(1).await();
                return false;
              } catch (InterruptedException e) {
                return true;
              } finally {
                stretch.end();
              }
            });

    assertThat(begun).satisfies(CountDownLatch::await);
    stretch.interrupt();

    assertThat(interrupted.join()).isTrue();
  }

  @Test
  void anInterruptBeforeOrAfterTheStretchIsNotFelt() {
    stretch.interrupt();
    stretch.begin();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    stretch.interrupt();
    stretch.end();
    stretch.interrupt();

    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }
}
