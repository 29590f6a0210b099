package io.holdfast.crash;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Before work is handed to another thread. */
final class CrashingThreads extends AbstractExecutorService {

  private final ExecutorService threads;
  private final CrashPoints points;

  CrashingThreads(ExecutorService threads, CrashPoints points) {
    this.threads = threads;
    this.points = points;
  }

  @Override
  public void execute(Runnable command) {
    String caller = CrashPoints.caller();
    if (!caller.isEmpty() && !caller.startsWith("Recovery.")) { // those follow a commit at once
      points.at("before handing on in " + caller);
    }
    threads.execute(command);
  }

  @Override
  public void shutdown() {
    threads.shutdown();
  }

  @Override
  public List<Runnable> shutdownNow() {
    return threads.shutdownNow();
  }

  @Override
  public boolean isShutdown() {
    return threads.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return threads.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return threads.awaitTermination(timeout, unit);
  }
}
