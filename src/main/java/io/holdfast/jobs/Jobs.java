package io.holdfast.jobs;

import io.holdfast.jobs.ActionOutcome.Done;
import io.holdfast.jobs.ActionOutcome.NotFound;
import io.holdfast.jobs.ActionOutcome.WrongState;
import io.holdfast.platform.Transactions;
import io.holdfast.repositories.Granter;
import io.holdfast.workspace.Workspaces;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What people do with jobs. Whatever returns normally is on disk; the effects on processes follow
 * by themselves, also when the server dies in between.
 */
public final class Jobs {

  private static final Logger LOG = System.getLogger(Jobs.class.getName());
  private static final int TRIES = 5;

  private final Transactions transactions;
  private final JobStore store;
  private final Grants grants;
  private final Workspaces workspaces;
  private final Submissions submissions;
  private final InstantSource clock;
  private final Wakeups wakeups;

  public Jobs(
      Transactions transactions,
      JobStore store,
      Granter granter,
      Workspaces workspaces,
      Submissions submissions,
      InstantSource clock,
      Wakeups wakeups) {
    this.transactions = transactions;
    this.store = store;
    this.grants = new Grants(store, granter);
    this.workspaces = workspaces;
    this.submissions = submissions;
    this.clock = clock;
    this.wakeups = wakeups;
  }

  /** All of the jobs or none, in the order given. */
  public SubmitOutcome submit(List<JobSpec> specs, String owner, @Nullable IdempotencyKey key) {
    return submissions.submit(specs, owner, key);
  }

  public Optional<Job> find(UUID job) {
    return transactions.call(() -> store.find(job));
  }

  public List<Job> list(JobQuery query) {
    return transactions.call(() -> store.list(query));
  }

  /** Places in the queue, 1 is next, of those that are queued. */
  public Map<UUID, Long> queuePositions(List<Job> jobs) {
    List<UUID> queued =
        jobs.stream().filter(job -> job.state() == JobState.QUEUED).map(Job::id).toList();
    return queued.isEmpty() ? Map.of() : transactions.call(() -> store.queuePositions(queued));
  }

  /** A page of the queue. */
  public List<QueuedJob> queue(QueueQuery query) {
    return transactions.call(() -> store.queue(query));
  }

  /** The jobs that shared a preparation, a page of those behind the number {@code after}. */
  public List<BatchMember> members(UUID batch, long after, int limit) {
    return transactions.call(() -> store.members(batch, after, limit));
  }

  public List<AttemptRecord> attempts(UUID job) {
    return transactions.call(() -> store.attempts(job));
  }

  public List<JobEvent> events(UUID job) {
    return transactions.call(() -> store.events(job));
  }

  /** What stands against removing a repository; runs in the caller's transaction. */
  public List<UUID> usersOf(String repository) {
    return store.usersOf(repository);
  }

  /** Queues a created job. */
  public ActionOutcome start(UUID id) {
    return act(
        id,
        job ->
            job.state() == JobState.CREATED
                ? change(job, Transition.queued(job.ref(), now(), null))
                : wrong(job, "only a created job can be started"));
  }

  /**
   * Queues a failed or lost job again, at the end of the queue, as a new attempt in the same
   * workspace.
   */
  public ActionOutcome resume(UUID id) {
    return act(
        id,
        job ->
            job.state().canBecome(JobState.QUEUED) && job.state().isTerminal()
                ? change(job, Transition.queued(job.ref(), now(), "resumed"))
                : wrong(job, "only a failed or lost job can be resumed"));
  }

  /**
   * Ends a job: at once if nothing runs, else TERM, then KILL after the grace. Repeating it changes
   * nothing.
   */
  public ActionOutcome cancel(UUID id) {
    ActionOutcome outcome =
        act(
            id,
            job ->
                switch (job.state()) {
                  case CREATED, QUEUED, WAITING, BATCHED ->
                      change(
                          job,
                          Transition.endedUnrun(
                              job.ref(),
                              JobState.CANCELLED,
                              now(),
                              "cancelled before it started",
                              job.queuedAt()));
                  case PREPARING, LAUNCHING, RUNNING -> end(job);
                  case CANCELLED -> new Done(job);
                  case COMPLETED, FAILED, TIMED_OUT, LOST -> wrong(job, "it has ended");
                });
    wakeups.jobChanged(id);
    return outcome;
  }

  /**
   * An ending that was requested before stands. The attempt may be over since it was read: then the
   * job is back in the queue, or has ended.
   */
  private ActionOutcome end(Job job) {
    store.requestEnding(job.ref(), Ending.CANCEL, now());
    return store
        .find(job.id())
        .filter(now -> JobState.HELD.contains(now.state()) && now.attempt() == job.attempt())
        .map(Done::new)
        .orElseThrow(() -> new StaleJob(job.ref()));
  }

  /** Removes a job that ended or never started, then its files; what a crash leaves is orphaned. */
  public ActionOutcome delete(UUID id) {
    ActionOutcome outcome =
        act(
            id,
            job -> {
              if (!job.state().isTerminal() && job.state() != JobState.CREATED) {
                return wrong(job, "cancel it first");
              }
              store.delete(job.ref());
              return new Done(job);
            });
    if (outcome instanceof Done) {
      discardFiles(id);
    }
    return outcome;
  }

  private void discardFiles(UUID id) {
    try {
      workspaces.discard(id);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "files of the deleted job " + id + " are left", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One transaction on the job as it is now; read again where another transaction was faster. */
  private ActionOutcome act(UUID id, Function<Job, ActionOutcome> action) {
    Supplier<ActionOutcome> once = () -> store.find(id).map(action).orElseGet(NotFound::new);
    for (int tries = 1; ; tries++) {
      try {
        ActionOutcome outcome = transactions.call(once);
        if (outcome instanceof Done done && mayLetOthersGoOn(done.job().state())) {
          wakeups.queueGrew();
        }
        return outcome;
      } catch (StaleJob e) {
        if (tries == TRIES) {
          throw e;
        }
      }
    }
  }

  /** It is in the queue, or what it had or waited for is free. */
  private static boolean mayLetOthersGoOn(JobState state) {
    return state == JobState.QUEUED || state.isTerminal();
  }

  private ActionOutcome change(Job job, Transition transition) {
    grants.apply(Uses.of(job.spec()), List.of(transition));
    return new Done(store.find(transition.from().id()).orElseThrow());
  }

  private static ActionOutcome wrong(Job job, String why) {
    return new WrongState(job, why);
  }

  /**
   * What PostgreSQL keeps of an instant, so that a job reads the same before and after a restart.
   */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
