package io.holdfast.jobs.store;

import io.holdfast.callbacks.JobChange;
import io.holdfast.callbacks.Outbox;
import io.holdfast.execution.AttemptKey;
import io.holdfast.execution.Handle;
import io.holdfast.jobs.Ending;
import io.holdfast.jobs.HeldJob;
import io.holdfast.jobs.IdempotentSubmit;
import io.holdfast.jobs.Job;
import io.holdfast.jobs.JobRef;
import io.holdfast.jobs.JobState;
import io.holdfast.jobs.JobStore;
import io.holdfast.jobs.OnInterrupt;
import io.holdfast.jobs.StaleJob;
import io.holdfast.jobs.Transition;
import io.holdfast.jobs.Uses;
import io.holdfast.platform.NodeEpoch;
import io.holdfast.statistics.Sample;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@link JobStore} on PostgreSQL. */
public final class JpaJobStore extends JpaJobQueue implements JobStore {

  private final Outbox outbox;

  /** Tells nobody. */
  public JpaJobStore(EntityManager manager, NodeEpoch epoch) {
    this(manager, epoch, Outbox.SILENT);
  }

  /**
   * @param outbox takes what is told of a job's changes, in the transactions of these
   */
  public JpaJobStore(EntityManager manager, NodeEpoch epoch, Outbox outbox) {
    super(manager, epoch);
    this.outbox = outbox;
  }

  @Override
  public void insert(Job job) {
    boolean queued = job.state() == JobState.QUEUED;
    Long seq =
        queued
            ? ((Number) manager.createNativeQuery(JobSql.NEXT_SEQ).getSingleResult()).longValue()
            : null;
    JobRow row = new JobRow(job, seq);
    manager.persist(row);
    manager.flush();
    manager.detach(row);
    event(
        new JobRef(job.id(), job.state(), job.attempt(), job.version()),
        null,
        job.state(),
        job.createdAt(),
        null);
    outbox.subscribe(job.id(), job.spec().callbacks());
    if (queued) {
      boolean endpoints =
          (Boolean)
              manager
                  .createNativeQuery(JobSql.ENQUEUE_NEW)
                  .setParameter("id", job.id())
                  .getSingleResult();
      if (endpoints || !job.spec().callbacks().isEmpty()) {
        tell(
            job.id(),
            job.state(),
            job.attempt(),
            job.createdAt(),
            new Told(job.owner(), job.spec().title(), job.spec().repositories(), null, null));
      }
    }
  }

  /** What is told beside the change itself. */
  private record Told(
      String owner,
      @Nullable String title,
      List<String> repositories,
      @Nullable Integer exitCode,
      @Nullable String reason) {}

  private void tell(UUID job, JobState state, int attempt, Instant at, Told told) {
    state
        .told()
        .ifPresent(
            event ->
                outbox.changed(
                    new JobChange(
                        job,
                        event,
                        at,
                        state.name(),
                        attempt,
                        told.owner(),
                        told.title(),
                        told.repositories(),
                        told.exitCode(),
                        told.reason())));
  }

  @Override
  public void apply(Transition change) {
    JobRef from = change.from();
    if (from.state() == JobState.QUEUED) {
      manager.createNativeQuery(JobSql.DEQUEUE).setParameter("id", from.id()).executeUpdate();
    }
    Query update =
        bind(manager.createNativeQuery(JobSql.TRANSITION), change)
            .setParameter("from", from.state().name())
            .setParameter("version", from.version())
            .setParameter("keepsPlace", change.keepsPlace())
            .setParameter("deadline", change.launch() == null ? null : change.launch().deadline())
            .setParameter("epoch", epoch.value());
    List<?> changed = update.getResultList();
    if (changed.size() != 1) {
      throw new StaleJob(from);
    }
    Object[] row = (Object[]) changed.get(0);
    boolean ofAttempt = JobState.HELD.contains(from.state());
    if (ofAttempt) {
      Handle handle = change.launch() == null ? null : change.launch().handle();
      Query attempt =
          bind(manager.createNativeQuery(JobSql.ATTEMPT), change)
              .setParameter("token", handle == null ? null : handle.token())
              .setParameter("bootId", handle == null ? null : handle.bootId());
      if (attempt.executeUpdate() != 1) {
        throw new StaleJob(from);
      }
    }
    event(from, from.state(), change.to(), change.at(), change.detail());
    if (change.to() == JobState.QUEUED) {
      manager.createNativeQuery(JobSql.ENQUEUE).setParameter("id", from.id()).executeUpdate();
    }
    if (change.end() != null) {
      // What ends in the queue is the attempt that would have come next; the last one is counted.
      int attempt = ofAttempt ? from.attempt() : from.attempt() + 1;
      sample(from.id(), attempt, change.to(), change.end());
    }
    if ((Boolean) row[0]) {
      tell(
          from.id(),
          change.to(),
          from.attempt(),
          change.at(),
          new Told(
              (String) row[1],
              (String) row[2],
              List.of((String[]) row[3]),
              (Integer) row[4],
              (String) row[5]));
    }
  }

  /** What the statements for the job's row and for its attempt's row have in common. */
  private static Query bind(Query query, Transition change) {
    Transition.End end = change.end();
    return query
        .setParameter("id", change.from().id())
        .setParameter("attempt", change.from().attempt())
        .setParameter("to", change.to().name())
        .setParameter("terminal", change.to().isTerminal())
        .setParameter("at", change.at())
        .setParameter("detail", change.detail())
        .setParameter(
            "session", change.launch() == null ? null : change.launch().handle().session())
        .setParameter("startedAt", change.startedAt())
        .setParameter("endedAt", end == null ? null : end.endedAt())
        .setParameter("exitCode", end == null ? null : end.exitCode())
        .setParameter("outputBytes", end == null ? null : end.outputBytes());
  }

  private void event(
      JobRef job, @Nullable JobState from, JobState to, Instant at, @Nullable String detail) {
    manager
        .createNativeQuery(JobSql.EVENT)
        .setParameter("id", job.id())
        .setParameter("attempt", job.attempt())
        .setParameter("at", at)
        .setParameter("from", from == null ? null : from.name())
        .setParameter("to", to.name())
        .setParameter("detail", detail)
        .executeUpdate();
  }

  private void sample(UUID job, int attempt, JobState outcome, Transition.End end) {
    Sample sample = end.sample();
    manager
        .createNativeQuery(JobSql.SAMPLE)
        .setParameter("id", job)
        .setParameter("attempt", attempt)
        .setParameter("endedAt", end.endedAt())
        .setParameter("outcome", outcome.name())
        .setParameter("cpuSeconds", sample.cpuSeconds())
        .setParameter("peakMemory", sample.peakMemoryBytes())
        .setParameter("duration", sample.duration() == null ? null : sample.duration().toMillis())
        .setParameter("queueTime", sample.queueTime().toMillis())
        .setParameter("concurrency", sample.concurrency())
        .executeUpdate();
  }

  @Override
  public void joined(UUID job, UUID batch) {
    manager
        .createNativeQuery(JobSql.JOINED)
        .setParameter("id", job)
        .setParameter("batch", batch)
        .executeUpdate();
  }

  @Override
  public boolean requestEnding(JobRef job, Ending why, Instant now) {
    return manager
            .createNativeQuery(JobSql.REQUEST_ENDING)
            .setParameter("id", job.id())
            .setParameter("attempt", job.attempt())
            .setParameter("why", why.name())
            .setParameter("at", now)
            .executeUpdate()
        == 1;
  }

  @Override
  public void remark(JobRef job, Instant at, String detail) {
    manager
        .createNativeQuery(JobSql.REMARK)
        .setParameter("id", job.id())
        .setParameter("state", job.state().name())
        .setParameter("attempt", job.attempt())
        .setParameter("epoch", epoch.value())
        .setParameter("at", at)
        .setParameter("detail", detail)
        .executeUpdate();
  }

  @Override
  public List<HeldJob> held() {
    return heldJobs(null);
  }

  @Override
  public Optional<HeldJob> held(UUID job) {
    return heldJobs(job).stream().findFirst();
  }

  private List<HeldJob> heldJobs(@Nullable UUID job) {
    List<HeldJob> held = new ArrayList<>();
    for (Object row :
        manager
            .createNativeQuery(JobSql.HELD)
            .setParameter("node", epoch.node())
            .setParameter("id", job)
            .getResultList()) {
      held.add(heldJob((Object[]) row));
    }
    return held;
  }

  private static HeldJob heldJob(Object[] row) {
    UUID id = (UUID) row[0];
    int attempt = ((Number) row[2]).intValue();
    JobRef ref =
        new JobRef(id, JobState.valueOf((String) row[1]), attempt, ((Number) row[3]).longValue());
    Handle handle =
        row[4] == null
            ? null
            : new Handle(
                new AttemptKey(id, attempt), (UUID) row[4], (UUID) row[5], (String) row[6]);
    return new HeldJob(
        ref,
        handle,
        OnInterrupt.valueOf((String) row[7]),
        (Instant) row[8],
        (Instant) row[9],
        (Instant) row[10],
        (Instant) row[11],
        row[12] == null ? null : Ending.valueOf((String) row[12]),
        (Instant) row[13],
        ((Number) row[14]).intValue(),
        Uses.of((Boolean) row[15], (Boolean) row[16]));
  }

  @Override
  public int adopt() {
    return manager
        .createNativeQuery(JobSql.ADOPT)
        .setParameter("node", epoch.node())
        .setParameter("epoch", epoch.value())
        .executeUpdate();
  }

  @Override
  public void delete(JobRef job) {
    int deleted =
        manager
            .createQuery("DELETE FROM JobRow j WHERE j.id = :id AND j.version = :version")
            .setParameter("id", job.id())
            .setParameter("version", job.version())
            .executeUpdate();
    if (deleted != 1) {
      throw new StaleJob(job);
    }
  }

  @Override
  public boolean insertKey(String owner, String key, IdempotentSubmit submit, Instant now) {
    return manager
            .createNativeQuery(JobSql.INSERT_KEY)
            .setParameter("owner", owner)
            .setParameter("key", key)
            .setParameter("hash", submit.requestHash())
            .setParameter("jobs", submit.jobs().toArray(UUID[]::new))
            .setParameter("at", now)
            .executeUpdate()
        == 1;
  }
}
