package io.holdfast.jobs;

import io.holdfast.execution.AttemptKey;
import io.holdfast.execution.Executor;
import io.holdfast.execution.Handle;
import io.holdfast.execution.LaunchSpec;
import io.holdfast.platform.Transactions;
import io.holdfast.repositories.BranchName;
import io.holdfast.repositories.Repositories;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.workspace.Sources;
import io.holdfast.workspace.Workspace;
import io.holdfast.workspace.WorkspaceFailed;
import io.holdfast.workspace.Workspaces;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes a claimed job to its launch: workspace, launch files, commit, start.
 *
 * <p>A crash before the commit leaves a PREPARING job that never ran; a crash after it leaves a
 * LAUNCHING job whose right to start can be revoked. Nothing here decides about either: the
 * reconciler does.
 */
final class Launches {

  private static final Logger LOG = System.getLogger(Launches.class.getName());

  private final Transactions transactions;
  private final JobStore store;
  private final Grants grants;
  private final Repositories repositories;
  private final Workspaces workspaces;
  private final Executor executor;
  private final InstantSource clock;
  private final Wakeups wakeups;
  private final Map<AttemptKey, Interruptible> active = new ConcurrentHashMap<>();

  Launches(
      Transactions transactions,
      JobStore store,
      Grants grants,
      Repositories repositories,
      Workspaces workspaces,
      Executor executor,
      InstantSource clock,
      Wakeups wakeups) {
    this.transactions = transactions;
    this.store = store;
    this.grants = grants;
    this.repositories = repositories;
    this.workspaces = workspaces;
    this.executor = executor;
    this.clock = clock;
    this.wakeups = wakeups;
  }

  /**
   * True while this process works on the job's preparation; a PREPARING job that is not active was
   * interrupted.
   */
  boolean isActive(AttemptKey attempt) {
    return active.containsKey(attempt);
  }

  /** Called within the claim's transaction: once others can see the claim, it is active. */
  void announce(Job job) {
    active.put(key(job), new Interruptible());
  }

  /** What was announced will not be run. */
  void withdraw(Job job) {
    active.remove(key(job));
  }

  /** Ends the making of the workspace, if that is under way: the job is to end anyway. */
  void interrupt(AttemptKey attempt) {
    Interruptible preparation = active.get(attempt);
    if (preparation != null) {
      preparation.interrupt();
    }
  }

  void run(Claimed claimed) {
    Job job = claimed.job();
    boolean handedOver = false;
    try {
      handedOver = prepareAndStart(claimed);
    } catch (StaleJob e) {
      LOG.log(Level.DEBUG, "the job changed while it was prepared", e);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "job " + job.id() + " could not be launched; it is looked after", e);
    } finally {
      withdraw(job);
      if (!handedOver) {
        wakeups.jobChanged(job.id());
      }
    }
  }

  private static AttemptKey key(Job job) {
    return new AttemptKey(job.id(), job.attempt());
  }

  /** True if it was started: the watch tells of the rest. */
  private boolean prepareAndStart(Claimed claimed) {
    Job job = claimed.job();
    Handle handle = new Handle(key(job), UUID.randomUUID(), UUID.randomUUID(), executor.bootId());
    try {
      Workspace workspace = workspace(claimed);
      executor.prepare(handle, launchSpec(job, workspace));
    } catch (WorkspaceFailed e) {
      fail(job, e.reason());
      return false;
    } catch (IOException e) {
      fail(job, "the launch could not be written: " + e.getMessage());
      return false;
    } catch (InterruptedException e) {
      if (!endIfAsked(job)) {
        Thread.currentThread().interrupt(); // the server stops; the next start queues it again
      }
      return false;
    }
    boolean committed = commitLaunch(job, handle);
    if (!committed || !job.spec().repositories().isEmpty()) {
      wakeups.queueGrew(); // a slot is free, or a repository is
    }
    if (!committed) {
      return false;
    }
    executor.watch(handle, () -> wakeups.jobChanged(job.id()));
    // What did not start is tried again when patience with it ends.
    return executor.submit(handle) == Executor.Submission.SUBMITTED;
  }

  private Workspace workspace(Claimed claimed) throws WorkspaceFailed, InterruptedException {
    Job job = claimed.job();
    Sources sources =
        new GrantedSources(claimed, transactions, grants, repositories, clock, wakeups);
    Interruptible preparation = active.computeIfAbsent(key(job), any -> new Interruptible());
    preparation.begin();
    try {
      return workspaces.prepare(job.id(), names(job.spec()), branch(job.spec()), sources);
    } finally {
      preparation.end();
    }
  }

  /** False if the job is not ours to launch any more, or was to end. */
  private boolean commitLaunch(Job job, Handle handle) {
    return transactions.call(
        () -> {
          HeldJob held = stillPreparing(job);
          if (held == null) {
            return false;
          }
          Instant now = clock.instant();
          if (held.ending() != null) {
            apply(job, Progress.endedUnrun(held, held.ending(), now));
            return false;
          }
          apply(job, Transition.launching(held.ref(), now, handle, now.plus(job.spec().timeout())));
          return true;
        });
  }

  /** False if nobody asked for its end. */
  private boolean endIfAsked(Job job) {
    HeldJob held = transactions.call(() -> Optional.ofNullable(stillPreparing(job))).orElse(null);
    if (held == null || held.ending() == null) {
      return false;
    }
    fail(job, "cancelled before it started");
    return true;
  }

  private void fail(Job job, String reason) {
    transactions.run(
        () -> {
          HeldJob held = stillPreparing(job);
          if (held != null) {
            JobState outcome = held.ending() == null ? JobState.FAILED : JobState.CANCELLED;
            apply(
                job,
                Transition.endedUnrun(
                    held.ref(), outcome, clock.instant(), reason, held.queuedAt()));
          }
        });
    wakeups.queueGrew();
  }

  private void apply(Job job, Transition transition) {
    grants.apply(Uses.of(job.spec()), List.of(transition));
  }

  private @Nullable HeldJob stillPreparing(Job job) {
    return store
        .held(job.id())
        .filter(
            held ->
                held.ref().state() == JobState.PREPARING && held.ref().attempt() == job.attempt())
        .orElse(null);
  }

  private static LaunchSpec launchSpec(Job job, Workspace workspace) {
    JobSpec spec = job.spec();
    Map<String, String> environment = new HashMap<>(spec.environment());
    environment.putAll(workspace.environment());
    return new LaunchSpec(
        spec.command(), spec.prompt(), environment, workspace.directory(), spec.engine());
  }

  private static List<RepositoryName> names(JobSpec spec) {
    return spec.repositories().stream().map(RepositoryName::new).toList();
  }

  private static @Nullable BranchName branch(JobSpec spec) {
    return spec.branch() == null ? null : new BranchName(spec.branch());
  }
}
