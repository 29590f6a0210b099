package io.holdfast.platform;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs at most so many tasks at a time on the threads of another executor; the rest wait in line.
 */
public final class Bounded implements Executor {

  private final Executor threads;
  private final int limit;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int workers;

  public Bounded(Executor threads, int limit) {
    this.threads = threads;
    this.limit = limit;
  }

  /**
   * @param task handles its own exceptions
   * @throws RejectedExecutionException if the other executor takes no more
   */
  @Override
  public void execute(Runnable task) {
    synchronized (this) {
      if (workers == limit) {
        waiting.add(task);
        return;
      }
      workers++;
    }
    try {
      threads.execute(() -> work(task));
    } catch (RejectedExecutionException e) {
      synchronized (this) {
        workers--;
      }
      throw e;
    }
  }

  private void work(Runnable first) {
    for (Runnable task = first; task != null; task = next()) {
      task.run();
    }
  }

  private synchronized @Nullable Runnable next() {
    Runnable task = waiting.poll();
    if (task == null) {
      workers--;
    }
    return task;
  }
}
