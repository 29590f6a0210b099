package io.holdfast.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Threads that begin at the same moment. */
public final class Together {

  private Together() {}

  /** Runs all at once and gives their results in order; throws what the first of them threw. */
  public static <T> List<T> run(List<Callable<T>> works) throws Exception {
    CyclicBarrier start = new CyclicBarrier(works.size());
    ExecutorService threads = Executors.newFixedThreadPool(works.size());
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (Callable<T> work : works) {
        futures.add(
            threads.submit(
                () -> {
                  start.await(30, TimeUnit.SECONDS);
                  return work.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get(60, TimeUnit.SECONDS));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  /** {@link #run} for {@code count} threads that differ by their number, from 0. */
  public static <T> List<T> run(int count, IntFunction<T> work) throws Exception {
    List<Callable<T>> works = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      works.add(() -> work.apply(number));
    }
    return run(works);
  }
}
