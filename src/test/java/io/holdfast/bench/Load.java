package io.holdfast.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Steps made by several clients at once, each waiting for its own step to end. */
record Load(int done, double seconds) {

  double rate() {
    return done / seconds;
  }

  /** So many steps, or as many as fit into the time. */
  static Load of(int clients, int steps, Duration atMost, Callable<?> step)
      throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      AtomicInteger next = new AtomicInteger();
      long begin = System.nanoTime();
      List<Future<Integer>> parts = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        parts.add(
            threads.submit(
                () -> {
                  int done = 0;
                  while (next.getAndIncrement() < steps
                      && System.nanoTime() - begin < atMost.toNanos()) {
                    step.call();
                    done++;
                  }
                  return done;
                }));
      }
      int done = 0;
      for (Future<Integer> part : parts) {
        done += part.get();
      }
      return new Load(done, (System.nanoTime() - begin) / 1e9);
    } finally {
      threads.shutdownNow();
    }
  }
}
