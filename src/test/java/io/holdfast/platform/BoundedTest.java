package io.holdfast.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BoundedTest {

  @Test
  void neverMoreTasksThanTheLimitRunAtOnceAndAllRun() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      Bounded bounded = new Bounded(threads, 3);
      AtomicInteger running = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      CountDownLatch done = new CountDownLatch(200);
      for (int i = 0; i < 200; i++) {
        bounded.execute(
            () -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              running.decrementAndGet();
              done.countDown();
            });
      }

      done.await();

      assertThat(most.get()).isBetween(1, 3);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whatIsRejectedLeavesRoomForTheNext() {
    List<Runnable> ran = new ArrayList<>();
    boolean[] open = {false};
    Bounded bounded =
        new Bounded(
            task -> {
              if (!open[0]) {
                throw new RejectedExecutionException();
              }
              task.run();
            },
            1);
    assertThatThrownBy(() -> bounded.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);

    open[0] = true;
    bounded.execute(() -> ran.add(() -> {}));
    bounded.execute(() -> ran.add(() -> {}));

    assertThat(ran).hasSize(2);
  }
}
