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
  private final Grants grants;
  private final Launches launches;
  private final ExecutorService threads;
  private final InstantSource clock;
  private final int slots;

  Dispatcher(
      Transactions transactions,
      Grants grants,
      Launches launches,
      ExecutorService threads,
      InstantSource clock,
      int slots) {
    this.transactions = transactions;
    this.grants = grants;
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
    int count = 0;
    Grants.Round round;
    do {
      round = claim();
      round.taken().forEach(this::launch);
      count += round.taken().size();
    } while (round.more());
    return count;
  }

  private void launch(Claimed claimed) {
    try {
      threads.execute(() -> launches.run(claimed));
    } catch (RejectedExecutionException e) {
      launches.withdraw(claimed.job()); // stopping, or no thread: the reconciler queues it again
    }
  }

  private Grants.Round claim() {
    List<Job> announced = new ArrayList<>();
    try {
      return transactions.call(
          () -> {
            Grants.Round round = grants.claim(slots, clock.instant());
            for (Claimed claimed : round.taken()) {
              launches.announce(claimed.job());
              announced.add(claimed.job());
            }
            return round;
          });
    } catch (RuntimeException | Error e) {
      announced.forEach(launches::withdraw);
      throw e;
    }
  }
}
