package io.holdfast.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LoopTest {

  private static final Duration NEVER = Duration.ofDays(1);

  private final Signal signal = new Signal();
  private final AtomicInteger runs = new AtomicInteger();

  private Loop loop(Duration pause, IntConsumer step) {
    return new Loop("testing", () -> step.accept(runs.incrementAndGet()), signal, pause);
  }

  private static void join(Thread thread) throws InterruptedException {
    thread.join(TimeUnit.SECONDS.toMillis(20));
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void everySignalRunsTheStepAgain() throws InterruptedException {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(2);
    Loop loop =
        loop(
            NEVER,
            run -> {
              first.countDown();
              second.countDown();
            });
    Thread thread = new Thread(loop);
    thread.start();
    first.await();

    signal.give();
    second.await();

    loop.stop();
    join(thread);
  }

  @Test
  void withoutSignalsThePauseEnds() throws InterruptedException {
    CountDownLatch fifth = new CountDownLatch(5);
    Loop loop = loop(Duration.ofMillis(1), run -> fifth.countDown());
    Thread thread = new Thread(loop);
    thread.start();

    fifth.await();

    loop.stop();
    join(thread);
  }

  @Test
  void aStepThatFailsIsTriedAgain() throws InterruptedException {
    CountDownLatch third = new CountDownLatch(1);
    Loop loop =
        loop(
            NEVER,
            run -> {
              signal.give();
              if (run == 1) {
                throw new IllegalStateException("the database is away");
              }
              if (run == 2) {
                throw new StackOverflowError("an error does not end it either");
              }
              third.countDown();
            });
    Thread thread = new Thread(loop);
    thread.start();

    third.await();

    loop.stop();
    join(thread);
  }

  @Test
  void stopEndsItAfterTheStepAtWork() throws InterruptedException {
    Loop[] self = new Loop[1];
    self[0] = loop(NEVER, run -> self[0].stop());
    Thread thread = new Thread(self[0]);
    thread.start();

    join(thread);

    assertThat(runs).hasValue(1);
  }

  @Test
  void anInterruptEndsItToo() throws InterruptedException {
    Thread thread = new Thread(loop(NEVER, run -> Thread.currentThread().interrupt()));
    thread.start();

    join(thread);

    assertThat(runs).hasValue(1);
  }
}
