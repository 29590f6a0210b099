package io.holdfast.jobs.store;

import io.holdfast.jobs.Job;
import io.holdfast.jobs.JobQueue;
import io.holdfast.jobs.JobRef;
import io.holdfast.jobs.JobState;
import io.holdfast.jobs.QueueHealth;
import io.holdfast.jobs.Queued;
import io.holdfast.platform.NodeEpoch;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** {@link JobQueue} on PostgreSQL. */
class JpaJobQueue extends JpaJobQueries implements JobQueue {

  JpaJobQueue(EntityManager manager, NodeEpoch epoch) {
    super(manager, epoch);
  }

  @Override
  public int freeSlots(int slots) {
    return ((Number)
            manager
                .createNativeQuery(JobSql.FREE_SLOTS)
                .setParameter("slots", slots)
                .setParameter("node", epoch.node())
                .getSingleResult())
        .intValue();
  }

  @Override
  public List<Queued> head(int atMost) {
    List<Queued> head = new ArrayList<>();
    for (Object found :
        manager
            .createNativeQuery(JobSql.HEAD)
            .setParameter("node", epoch.node())
            .setParameter("epoch", epoch.value())
            .setParameter("limit", atMost)
            .getResultList()) {
      Object[] row = (Object[]) found;
      head.add(
          new Queued(
              new JobRef(
                  (UUID) row[0],
                  JobState.QUEUED,
                  ((Number) row[1]).intValue(),
                  ((Number) row[2]).longValue()),
              ((Number) row[3]).longValue(),
              List.of((String[]) row[4]),
              (String) row[5],
              (Boolean) row[6]));
    }
    return head;
  }

  @Override
  public List<Job> take(Collection<UUID> jobs, Instant now) {
    return jobs.isEmpty()
        ? List.of()
        : jobs(
            manager
                .createNativeQuery(JobSql.TAKE, UUID.class)
                .setParameter("node", epoch.node())
                .setParameter("epoch", epoch.value())
                .setParameter("jobs", jobs.toArray(UUID[]::new))
                .setParameter("now", now)
                .getResultList());
  }

  @Override
  public void recall(Collection<UUID> jobs, Instant now, String why) {
    manager
        .createNativeQuery(JobSql.RECALL)
        .setParameter("jobs", jobs.toArray(UUID[]::new))
        .setParameter("now", now)
        .setParameter("why", why)
        .executeUpdate();
  }

  @Override
  public QueueHealth checkQueue() {
    Object[] counts = (Object[]) manager.createNativeQuery(JobSql.CHECK_QUEUE).getSingleResult();
    return new QueueHealth(
        ((Number) counts[0]).longValue(),
        ((Number) counts[1]).intValue(),
        ((Number) counts[2]).intValue());
  }
}
