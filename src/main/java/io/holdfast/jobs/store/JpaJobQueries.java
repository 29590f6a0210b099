package io.holdfast.jobs.store;

import io.holdfast.execution.Handle;
import io.holdfast.jobs.AttemptRecord;
import io.holdfast.jobs.BatchMember;
import io.holdfast.jobs.IdempotentSubmit;
import io.holdfast.jobs.Job;
import io.holdfast.jobs.JobEvent;
import io.holdfast.jobs.JobQueries;
import io.holdfast.jobs.JobQuery;
import io.holdfast.jobs.JobState;
import io.holdfast.jobs.QueueQuery;
import io.holdfast.jobs.QueuedJob;
import io.holdfast.platform.NodeEpoch;
import io.holdfast.platform.Position;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@link JobQueries} on PostgreSQL. */
class JpaJobQueries implements JobQueries {

  final EntityManager manager;
  final NodeEpoch epoch;

  JpaJobQueries(EntityManager manager, NodeEpoch epoch) {
    this.manager = manager;
    this.epoch = epoch;
  }

  /** In the order of the ids. */
  final List<Job> jobs(List<?> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    Map<UUID, Job> found = new HashMap<>();
    for (JobRow row :
        manager
            .createQuery("SELECT j FROM JobRow j WHERE j.id IN :ids", JobRow.class)
            .setParameter("ids", ids)
            .getResultList()) {
      Job job = detached(row);
      found.put(job.id(), job);
    }
    List<Job> jobs = new ArrayList<>();
    for (Object id : ids) {
      Job job = found.get((UUID) id);
      if (job != null) {
        jobs.add(job);
      }
    }
    return jobs;
  }

  @Override
  public Optional<Job> find(UUID job) {
    return Optional.ofNullable(manager.find(JobRow.class, job)).map(this::detached);
  }

  /** Read anew the next time: statements beside JPA change the row, also in this transaction. */
  private Job detached(JobRow row) {
    manager.detach(row);
    return row.toJob();
  }

  @Override
  public List<Job> list(JobQuery query) {
    Position before = query.before();
    List<?> ids =
        manager
            .createNativeQuery(JobSql.LIST, UUID.class)
            .setParameter("state", query.state() == null ? null : query.state().name())
            .setParameter("repository", query.repository())
            .setParameter("owner", query.owner())
            .setParameter("createdAt", before == null ? null : before.createdAt())
            .setParameter("id", before == null ? null : before.id())
            .setParameter("limit", query.limit())
            .getResultList();
    return jobs(ids);
  }

  @Override
  public Map<UUID, Long> queuePositions(Collection<UUID> jobs) {
    Map<UUID, Long> positions = new HashMap<>();
    if (!jobs.isEmpty()) {
      for (Object found :
          manager
              .createNativeQuery(JobSql.QUEUE_POSITIONS)
              .setParameter("jobs", jobs.toArray(UUID[]::new))
              .getResultList()) {
        Object[] row = (Object[]) found;
        positions.put((UUID) row[0], ((Number) row[1]).longValue());
      }
    }
    return positions;
  }

  @Override
  public List<QueuedJob> queue(QueueQuery query) {
    List<QueuedJob> page = new ArrayList<>();
    for (Object found :
        manager
            .createNativeQuery(JobSql.QUEUE)
            .setParameter("after", query.after())
            .setParameter("repository", query.repository())
            .setParameter("owner", query.owner())
            .setParameter("limit", query.limit())
            .getResultList()) {
      Object[] row = (Object[]) found;
      page.add(
          new QueuedJob(
              ((Number) row[0]).longValue(),
              ((Number) row[1]).longValue(),
              (UUID) row[2],
              (String) row[3],
              (String) row[4],
              List.of((String[]) row[5]),
              (Boolean) row[6],
              ((Number) row[7]).intValue(),
              (Instant) row[8]));
    }
    return page;
  }

  @Override
  public List<BatchMember> members(UUID batch, long after, int limit) {
    List<BatchMember> page = new ArrayList<>();
    for (Object found :
        manager
            .createNativeQuery(JobSql.MEMBERS)
            .setParameter("batch", batch)
            .setParameter("after", after)
            .setParameter("limit", limit)
            .getResultList()) {
      Object[] row = (Object[]) found;
      page.add(
          new BatchMember(
              ((Number) row[0]).longValue(),
              (UUID) row[1],
              (String) row[2],
              (String) row[3],
              JobState.valueOf((String) row[4]),
              ((Number) row[5]).intValue()));
    }
    return page;
  }

  @Override
  public List<AttemptRecord> attempts(UUID job) {
    return manager
        .createQuery(
            "SELECT a FROM AttemptRow a WHERE a.id.job = :job ORDER BY a.id.attempt",
            AttemptRow.class)
        .setParameter("job", job)
        .getResultStream()
        .map(AttemptRow::toRecord)
        .toList();
  }

  @Override
  public Optional<Handle> launched(UUID job, @Nullable Integer attempt) {
    return manager
        .createQuery(
            "SELECT a FROM AttemptRow a WHERE a.id.job = :job AND a.session IS NOT NULL"
                + " AND (:attempt IS NULL OR a.id.attempt = :attempt) ORDER BY a.id.attempt DESC",
            AttemptRow.class)
        .setParameter("job", job)
        .setParameter("attempt", attempt)
        .setMaxResults(1)
        .getResultStream()
        .findFirst()
        .flatMap(AttemptRow::handle);
  }

  @Override
  public List<JobEvent> events(UUID job) {
    return manager
        .createQuery("SELECT e FROM EventRow e WHERE e.job = :job ORDER BY e.id", EventRow.class)
        .setParameter("job", job)
        .getResultStream()
        .map(EventRow::toEvent)
        .toList();
  }

  @Override
  public List<UUID> usersOf(String repository) {
    List<UUID> users = new ArrayList<>();
    for (Object id :
        manager
            .createNativeQuery(JobSql.USERS_OF, UUID.class)
            .setParameter("repository", repository)
            .getResultList()) {
      users.add((UUID) id);
    }
    return users;
  }

  @Override
  public Optional<IdempotentSubmit> findKey(String owner, String key) {
    return manager
        .createQuery(
            "SELECT k FROM IdempotencyRow k WHERE k.id.owner = :owner AND k.id.key = :key",
            IdempotencyRow.class)
        .setParameter("owner", owner)
        .setParameter("key", key)
        .getResultStream()
        .findFirst()
        .map(IdempotencyRow::toSubmit);
  }

  @Override
  public List<Handle> lastEnded(int limit) {
    return handles(
        manager
            .createNativeQuery(JobSql.LAST_ENDED, AttemptRow.class)
            .setParameter("node", epoch.node())
            .setParameter("limit", limit)
            .getResultList());
  }

  private static List<Handle> handles(List<?> rows) {
    return rows.stream().map(row -> ((AttemptRow) row).handle()).flatMap(Optional::stream).toList();
  }
}
