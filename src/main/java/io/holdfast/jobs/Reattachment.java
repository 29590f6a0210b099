package io.holdfast.jobs;

import io.holdfast.execution.Evidence;
import io.holdfast.execution.Executor;
import io.holdfast.execution.Handle;
import io.holdfast.execution.HeartbeatAge;
import io.holdfast.execution.Observation;
import io.holdfast.platform.Bounded;
import io.holdfast.platform.Transactions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * What a start does with the jobs that a former life of this server held: takes them over, looks at
 * all of them in parallel, and lets the reconciler do what follows. Repeating any part changes
 * nothing more.
 */
public final class Reattachment {

  private static final Logger LOG = System.getLogger(Reattachment.class.getName());

  /** Each may start a process that asks for a lock. */
  private static final int LOOKS_AT_ONCE = 16;

  /** More than can have ended within the milliseconds between a commit and its acknowledgement. */
  private static final int ENDED_LAST = 100;

  private final Transactions transactions;
  private final JobStore store;
  private final Executor executor;
  private final Reconciler reconciler;
  private final ExecutorService threads;
  private final InstantSource clock;
  private final Wakeups wakeups;

  Reattachment(
      Transactions transactions,
      JobStore store,
      Executor executor,
      Reconciler reconciler,
      ExecutorService threads,
      InstantSource clock,
      Wakeups wakeups) {
    this.transactions = transactions;
    this.store = store;
    this.executor = executor;
    this.reconciler = reconciler;
    this.threads = threads;
    this.clock = clock;
    this.wakeups = wakeups;
  }

  /**
   * A job that the former life held.
   *
   * @param seen absent if its launch was not committed
   */
  public record Found(HeldJob job, @Nullable Observation seen) {}

  /**
   * What became of one job.
   *
   * @param counted the outcome in one word, for the startup log: reattached, completed_while_down,
   *     ...
   * @param trouble what is wrong with the job's files or could not be done, if anything
   */
  public record Result(UUID job, String counted, Optional<String> trouble) {}

  /** Takes over and looks; writes nothing but the new epoch. */
  public List<Found> inventory() {
    transactions.call(store::adopt);
    List<HeldJob> held = transactions.call(store::held);
    Bounded some = new Bounded(threads, LOOKS_AT_ONCE);
    List<FutureTask<Found>> looks = new ArrayList<>();
    for (HeldJob job : held) {
      FutureTask<Found> look = new FutureTask<>(() -> new Found(job, look(job)));
      some.execute(look);
      looks.add(look);
    }
    return looks.stream().map(Reattachment::get).toList();
  }

  /** What cannot be looked at is unknown, and no trouble to any other job. */
  private @Nullable Observation look(HeldJob job) {
    try {
      return job.handle() == null ? null : executor.observe(job.handle());
    } catch (RuntimeException e) {
      return new Observation.Unknown(
          new Evidence(List.of("could not be looked at: " + e), HeartbeatAge.ABSENT, List.of()));
    }
  }

  /**
   * Does what follows from an inventory, and acknowledges again what ended last: the former life
   * may have died between an end's commit and its acknowledgement. A job whose turn fails is
   * reported and left to the reconciliation loop.
   */
  public List<Result> reattach(List<Found> inventory) {
    transactions.call(() -> store.lastEnded(ENDED_LAST)).forEach(this::acknowledge);
    Map<UUID, HeldJob> now = new LinkedHashMap<>();
    transactions.call(store::held).forEach(job -> now.put(job.id(), job));
    List<Result> results = new ArrayList<>();
    for (Found found : inventory) {
      HeldJob job = now.get(found.job().id());
      if (job != null) {
        results.add(reattach(job, found.seen()));
      }
    }
    return results;
  }

  private void acknowledge(Handle ended) {
    try {
      executor.acknowledge(ended);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "files of the ended attempt " + ended.key() + " are left", e);
    }
  }

  private Result reattach(HeldJob job, @Nullable Observation seen) {
    Optional<String> trouble = trouble(seen);
    try {
      if (job.handle() != null) { // before anything ends the watch with the job
        executor.watch(job.handle(), () -> wakeups.jobChanged(job.id()));
      }
      if (job.ref().state() == JobState.LAUNCHING) {
        reconciler.revokeOrFollow(job);
      } else if (job.handle() == null || seen == null) {
        reconciler.reconcile(job.id());
      } else {
        reconciler.follow(job, seen);
        if (seen instanceof Observation.Running running) {
          transactions.run(
              () -> store.remark(job.ref(), clock.instant(), "re-attached: " + remark(running)));
        }
      }
      return new Result(job.id(), counted(job.id()), trouble);
    } catch (RuntimeException e) {
      return new Result(job.id(), "failed", Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private static String remark(Observation.Running running) {
    HeartbeatAge age = running.evidence().heartbeat();
    String warning = age == HeartbeatAge.FRESH ? "" : "; heartbeat " + age;
    return running.evidence().summary() + warning;
  }

  private static Optional<String> trouble(@Nullable Observation seen) {
    if (seen == null) {
      return Optional.empty();
    }
    if (seen instanceof Observation.Unknown unknown) {
      return Optional.of("no verdict possible yet: " + unknown.evidence().summary());
    }
    List<String> corrupt = seen.evidence().corrupt();
    return corrupt.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", corrupt));
  }

  private String counted(UUID id) {
    return transactions
        .call(() -> store.find(id))
        .map(
            job ->
                switch (job.state()) {
                  case RUNNING -> "reattached";
                  case QUEUED, CREATED, WAITING, BATCHED -> "requeued";
                  case PREPARING, LAUNCHING -> "pending";
                  case COMPLETED, FAILED, TIMED_OUT, CANCELLED -> "ended_while_down";
                  case LOST -> "lost";
                })
        .orElse("deleted");
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("inventory", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
