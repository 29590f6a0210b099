package io.holdfast.jobs;

import io.holdfast.execution.Executor;
import io.holdfast.platform.Bounded;
import io.holdfast.platform.Loop;
import io.holdfast.platform.Signal;
import io.holdfast.platform.Transactions;
import io.holdfast.repositories.Granter;
import io.holdfast.repositories.Repositories;
import io.holdfast.workspace.Workspaces;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/**
 * The moving parts of jobs, put together: dispatcher, launches, reconciler, and what wakes them.
 */
public final class JobEngine implements Wakeups {

  private static final Logger LOG = System.getLogger(JobEngine.class.getName());
  private static final Duration QUEUE_POLL = Duration.ofSeconds(5);

  /** Each needs a database connection. */
  private static final int HINTS_AT_ONCE = 8;

  private final Bounded hints;
  private final Reconciler reconciler;
  private final Reattachment reattachment;
  private final Loop dispatching;
  private final Loop reconciling;
  private final Signal queue = new Signal();
  private final Set<UUID> hinted = ConcurrentHashMap.newKeySet();

  /**
   * @param threads runs preparations and hints; a preparation may take as long as a clone
   */
  public JobEngine(
      Transactions transactions,
      JobStore store,
      Granter granter,
      Repositories repositories,
      Workspaces workspaces,
      Executor executor,
      JobSettings settings,
      ExecutorService threads,
      InstantSource clock) {
    this.hints = new Bounded(threads, HINTS_AT_ONCE);
    Grants grants = new Grants(store, granter);
    Launches launches =
        new Launches(transactions, store, grants, repositories, workspaces, executor, clock, this);
    Dispatcher dispatcher =
        new Dispatcher(transactions, grants, launches, threads, clock, settings.slots());
    this.reconciler =
        new Reconciler(
            transactions, store, grants, executor, launches, settings.limits(), clock, this);
    this.reattachment =
        new Reattachment(transactions, store, executor, reconciler, threads, clock, this);
    this.dispatching = new Loop("dispatching jobs", dispatcher::runOnce, queue, QUEUE_POLL);
    this.reconciling =
        new Loop("reconciling jobs", reconciler::runOnce, new Signal(), settings.reconcileEvery());
  }

  /** For the start-up recovery. */
  public Reattachment reattachment() {
    return reattachment;
  }

  /** What must run for as long as the server takes work, each on a thread of its own. */
  public List<Loop> loops() {
    return List.of(dispatching, reconciling);
  }

  @Override
  public void queueGrew() {
    queue.give();
  }

  @Override
  public void jobChanged(UUID job) {
    if (!hinted.add(job)) {
      return; // a look is due already, and it will see this change too
    }
    try {
      hints.execute(() -> look(job));
    } catch (RejectedExecutionException e) {
      hinted.remove(job); // stopping, or too much to do: the slow loop looks
    }
  }

  private void look(UUID job) {
    hinted.remove(job);
    try {
      reconciler.reconcile(job);
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "a look at job " + job + " failed; the slow loop looks again", e);
    }
  }
}
