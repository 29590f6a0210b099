package io.holdfast.jobs;

import io.holdfast.platform.Transactions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/** Takes jobs from the head of the queue into this node's free slots. */
public final class Dispatcher {

  private final Transactions transactions;
  private final JobStore store;
  private final Launches launches;
  private final ExecutorService threads;
  private final InstantSource clock;
  private final int slots;

  Dispatcher(
      Transactions transactions,
      JobStore store,
      Launches launches,
      ExecutorService threads,
      InstantSource clock,
      int slots) {
    this.transactions = transactions;
    this.store = store;
    this.launches = launches;
    this.threads = threads;
    this.clock = clock;
    this.slots = slots;
  }

  /**
   * Claims as many jobs as there are free slots and hands each to a thread. Called by one thread at
   * a time.
   *
   * @return how many were claimed
   */
  public int runOnce() {
    List<Job> claimed = claim();
    for (Job job : claimed) {
      try {
        threads.execute(() -> launches.run(job));
      } catch (RejectedExecutionException e) {
        launches.withdraw(job); // stopping, or no thread: the reconciler queues it again
      }
    }
    return claimed.size();
  }

  private List<Job> claim() {
    List<Job> claimed = new ArrayList<>();
    try {
      transactions.run(
          () -> {
            claimed.addAll(store.claim(slots, clock.instant()));
            claimed.forEach(launches::announce);
          });
      return claimed;
    } catch (RuntimeException | Error e) {
      claimed.forEach(launches::withdraw);
      throw e;
    }
  }
}
