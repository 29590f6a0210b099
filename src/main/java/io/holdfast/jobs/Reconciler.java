package io.holdfast.jobs;

import io.holdfast.execution.AttemptKey;
import io.holdfast.execution.Executor;
import io.holdfast.execution.Observation;
import io.holdfast.execution.Observation.Running;
import io.holdfast.platform.Transactions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brings what is stored of held jobs in line with what is seen of their processes: reads, observes,
 * decides, writes. It runs after every hint, slowly for all jobs, and once at every start. Two runs
 * for one job do no harm: the slower one finds the job changed and writes nothing.
 */
public final class Reconciler {

  private static final Logger LOG = System.getLogger(Reconciler.class.getName());

  private final Transactions transactions;
  private final JobStore store;
  private final Grants grants;
  private final Executor executor;
  private final Launches launches;
  private final Progress progress;
  private final Limits limits;
  private final InstantSource clock;
  private final Wakeups wakeups;
  private final Map<AttemptKey, Long> peakMemory = new ConcurrentHashMap<>();

  Reconciler(
      Transactions transactions,
      JobStore store,
      Grants grants,
      Executor executor,
      Launches launches,
      Limits limits,
      InstantSource clock,
      Wakeups wakeups) {
    this.transactions = transactions;
    this.store = store;
    this.grants = grants;
    this.executor = executor;
    this.launches = launches;
    this.progress = new Progress(limits);
    this.limits = limits;
    this.clock = clock;
    this.wakeups = wakeups;
  }

  /**
   * Reconciles every job that this node holds. A job whose turn fails is logged and tried again
   * next time.
   */
  public void runOnce() {
    for (HeldJob job : transactions.call(this::adoptAndRead)) {
      try {
        reconcile(job);
      } catch (RuntimeException e) {
        LOG.log(
            Level.WARNING, "job " + job.id() + " could not be reconciled; it is tried again", e);
      }
    }
  }

  /** A former life's last claim may become visible only after this one has adopted its jobs. */
  private List<HeldJob> adoptAndRead() {
    store.adopt();
    return store.held();
  }

  /** Reconciles one job, if this node holds it. */
  public void reconcile(UUID job) {
    transactions.call(() -> store.held(job)).ifPresent(this::reconcile);
  }

  private void reconcile(HeldJob job) {
    if (job.handle() != null) {
      follow(job, executor.observe(job.handle()));
    } else if (!launches.isActive(job.key())) {
      perform(job, progress.neverStarted(job, "its preparation was interrupted", clock.instant()));
    } else if (job.ending() != null) {
      launches.interrupt(job.key());
    }
  }

  /** Decides by an observation just made and does what follows. */
  void follow(HeldJob job, Observation seen) {
    if (job.handle() == null) {
      throw new IllegalArgumentException("not launched: " + job.ref());
    }
    Usage usage = new Usage(executor.outputSize(job.handle()), peakMemory(job.key(), seen));
    perform(job, progress.decide(job, seen, usage, clock.instant()));
  }

  /** An attempt that a former life of this server left in the middle of its launch. */
  void revokeOrFollow(HeldJob job) {
    perform(job, new Step.Revoke());
  }

  private long peakMemory(AttemptKey key, Observation seen) {
    return seen instanceof Running running
        ? peakMemory.merge(key, running.peakMemoryBytes(), Math::max)
        : peakMemory.getOrDefault(key, 0L);
  }

  private void perform(HeldJob job, Step step) {
    if (step instanceof Step.Apply apply) {
      apply(job, apply.transitions());
    } else if (step instanceof Step.Finish finish) {
      if (cancel(job, finish.since())) {
        apply(job, finish.transitions());
      }
    } else if (step instanceof Step.RequestEnding request) {
      Instant now = clock.instant();
      transactions.run(() -> store.requestEnding(job.ref(), request.why(), now));
      cancel(job, Duration.ZERO);
    } else if (step instanceof Step.Cancel cancel) {
      cancel(job, cancel.since());
    } else if (step instanceof Step.Revoke && job.handle() != null) {
      if (executor.revoke(job.handle())) {
        perform(
            job,
            progress.neverStarted(
                job, "its launch was interrupted before it started", clock.instant()));
      } else {
        Observation seen = executor.observe(job.handle());
        if (!(seen instanceof Observation.Pending)) {
          follow(job, seen);
        } else if (job.endingSince() != null) {
          cancel(job, Duration.between(job.endingSince(), clock.instant()));
        }
      }
    }
  }

  /** True if nothing of it is left. */
  private boolean cancel(HeldJob job, Duration since) {
    return job.handle() == null || executor.cancel(job.handle(), since, limits.cancelGrace());
  }

  private void apply(HeldJob job, List<Transition> transitions) {
    try {
      transactions.run(() -> grants.apply(job.uses(), transitions));
    } catch (StaleJob e) {
      LOG.log(Level.DEBUG, "another reconciliation was faster", e);
      return;
    }
    JobState now = transitions.get(transitions.size() - 1).to();
    if (now == JobState.RUNNING) {
      return;
    }
    wakeups.queueGrew();
    peakMemory.remove(job.key());
    if (job.handle() != null) {
      executor.acknowledge(job.handle());
    }
  }
}
