package io.holdfast.repositories.store;

import io.holdfast.platform.NodeEpoch;
import io.holdfast.repositories.Batch;
import io.holdfast.repositories.BranchName;
import io.holdfast.repositories.LockStore;
import io.holdfast.repositories.RepositoryLock;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.repositories.ServerProcess;
import io.holdfast.repositories.Situation;
import io.holdfast.repositories.StaleEpoch;
import io.holdfast.repositories.Ticket;
import io.holdfast.repositories.Use;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@link LockStore} on PostgreSQL. */
public final class JpaLockStore implements LockStore {

  private final EntityManager manager;
  private final NodeEpoch epoch;
  private final ServerProcess process;

  public JpaLockStore(EntityManager manager, NodeEpoch epoch, ServerProcess process) {
    this.manager = manager;
    this.epoch = epoch;
    this.process = process;
  }

  @Override
  public void enter() {
    if (ofThisLife(LockSql.TURN).getResultList().isEmpty()) {
      throw new StaleEpoch(epoch.node(), epoch.value());
    }
  }

  private Query ofThisLife(String sql) {
    return manager
        .createNativeQuery(sql)
        .setParameter("node", epoch.node())
        .setParameter("epoch", epoch.value());
  }

  @Override
  public List<Situation> situations(
      @Nullable UUID job, long before, List<RepositoryName> repositories) {
    return Cells.rows(
        manager
            .createNativeQuery(LockSql.SITUATIONS)
            .setParameter("names", names(repositories))
            .setParameter("job", job)
            .setParameter("before", before),
        cells ->
            new Situation(
                cells.repository(),
                cells.ticketOrNull(),
                cells.lockOrNull(),
                cells.batchOrNull(),
                cells.ticketOrNull(),
                cells.ticketOrNull()));
  }

  static String[] names(List<RepositoryName> repositories) {
    return repositories.stream().map(RepositoryName::value).toArray(String[]::new);
  }

  @Override
  public List<Ticket> outsiders(List<RepositoryName> repositories, int limit) {
    return Cells.rows(
        manager
            .createNativeQuery(LockSql.OUTSIDERS)
            .setParameter("names", names(repositories))
            .setParameter("limit", limit),
        Cells::ticket);
  }

  @Override
  public List<Ticket> tickets(UUID job) {
    return Cells.rows(
        manager.createNativeQuery(LockSql.TICKETS).setParameter("job", job), Cells::ticket);
  }

  @Override
  public void put(Collection<Ticket> tickets) {
    for (Ticket ticket : tickets) {
      manager
          .createNativeQuery(LockSql.PUT_TICKET)
          .setParameter("job", ticket.job())
          .setParameter("repository", ticket.repository().value())
          .setParameter("seq", ticket.seq())
          .setParameter("whole", ticket.whole())
          .setParameter("branch", text(ticket.branch()))
          .setParameter("state", ticket.state().name())
          .setParameter("since", ticket.since())
          .setParameter("batch", ticket.batch())
          .setParameter("attempt", ticket.attempt())
          .setParameter("fence", ticket.fence())
          .executeUpdate();
    }
  }

  private static @Nullable String text(@Nullable BranchName branch) {
    return branch == null ? null : branch.value();
  }

  @Override
  public void remove(UUID job) {
    manager.createNativeQuery(LockSql.REMOVE_TICKETS).setParameter("job", job).executeUpdate();
  }

  @Override
  public List<UUID> call(Collection<UUID> jobs) {
    return jobs.isEmpty()
        ? List.of()
        : Cells.jobs(
            manager
                .createNativeQuery(LockSql.CALL)
                .setParameter("jobs", jobs.toArray(UUID[]::new)));
  }

  @Override
  public List<UUID> callMembers(UUID batch, Ticket.State from) {
    return Cells.jobs(
        manager
            .createNativeQuery(LockSql.CALL_MEMBERS)
            .setParameter("batch", batch)
            .setParameter("from", from.name()));
  }

  @Override
  public Optional<Ticket> firstMember(UUID batch, Ticket.@Nullable State in) {
    return Cells.first(
        manager
            .createNativeQuery(LockSql.FIRST_MEMBER)
            .setParameter("batch", batch)
            .setParameter("state", in == null ? null : in.name()),
        Cells::ticket);
  }

  @Override
  public List<UUID> removeMembers(UUID batch, Ticket.State in) {
    return Cells.jobs(
        manager
            .createNativeQuery(LockSql.REMOVE_MEMBERS)
            .setParameter("batch", batch)
            .setParameter("state", in.name()));
  }

  @Override
  public void disband(UUID batch) {
    manager.createNativeQuery(LockSql.DISBAND).setParameter("batch", batch).executeUpdate();
  }

  @Override
  public Map<RepositoryName, Long> acquire(
      Use use, RepositoryLock.Operation operation, UUID operationId, Instant now) {
    Map<RepositoryName, Long> fences = new HashMap<>();
    Cells.rows(
            ofThisLife(LockSql.ACQUIRE)
                .setParameter("names", names(use.repositories()))
                .setParameter("job", use.job())
                .setParameter("attempt", use.attempt())
                .setParameter("operation", operation.name())
                .setParameter("operationId", operationId)
                .setParameter("at", now)
                .setParameter("lease", now.plus(RepositoryLock.LEASE))
                .setParameter("pid", process.pid())
                .setParameter("ticks", process.startTicks()),
            cells -> Map.entry(cells.repository(), cells.number()))
        .forEach(granted -> fences.put(granted.getKey(), granted.getValue()));
    return fences;
  }

  @Override
  public Optional<RepositoryLock> lock(RepositoryName repository) {
    return Cells.first(
        manager
            .createNativeQuery(LockSql.LOCK_OF_REPOSITORY)
            .setParameter("repository", repository.value()),
        Cells::lock);
  }

  @Override
  public List<RepositoryLock> locksOf(UUID job) {
    return Cells.rows(
        manager.createNativeQuery(LockSql.LOCKS_OF_JOB).setParameter("job", job), Cells::lock);
  }

  @Override
  public void handOver(RepositoryLock lock, Ticket heir) {
    demandOne(
        lock,
        manager
            .createNativeQuery(LockSql.HAND_OVER)
            .setParameter("job", heir.job())
            .setParameter("attempt", heir.attempt()));
  }

  @Override
  public void takeOver(Collection<RepositoryLock> locks, Instant leaseUntil) {
    ofThisLife(LockSql.TAKE_OVER)
        .setParameter("names", names(locks.stream().map(RepositoryLock::repository).toList()))
        .setParameter("fences", locks.stream().map(RepositoryLock::fence).toArray(Long[]::new))
        .setParameter("lease", leaseUntil)
        .setParameter("pid", process.pid())
        .setParameter("ticks", process.startTicks())
        .executeUpdate();
  }

  @Override
  public void free(RepositoryLock lock) {
    demandOne(lock, manager.createNativeQuery(LockSql.FREE));
  }

  private static void demandOne(RepositoryLock lock, Query query) {
    int changed =
        query
            .setParameter("repository", lock.repository().value())
            .setParameter("fence", lock.fence())
            .executeUpdate();
    if (changed != 1) {
      throw new IllegalStateException("no longer as read: " + lock);
    }
  }

  @Override
  public boolean holds(UUID job, int attempt, long fence) {
    Object found =
        ofThisLife(LockSql.HOLDS)
            .setParameter("job", job)
            .setParameter("attempt", attempt)
            .setParameter("fence", fence)
            .getSingleResult();
    return ((Number) found).longValue() == 1;
  }

  @Override
  public int renew(Instant leaseUntil) {
    return ofThisLife(LockSql.RENEW).setParameter("lease", leaseUntil).executeUpdate();
  }

  @Override
  public Optional<Batch> batch(UUID id) {
    return Cells.batch(manager, id);
  }

  @Override
  public void put(Batch batch) {
    manager
        .createNativeQuery(LockSql.PUT_BATCH)
        .setParameter("id", batch.id())
        .setParameter("repository", batch.repository().value())
        .setParameter("branch", text(batch.branch()))
        .setParameter("node", batch.node())
        .setParameter("leader", batch.leader())
        .setParameter("phase", batch.phase().name())
        .setParameter("commit", batch.preparedCommit())
        .setParameter("reason", batch.reason())
        .setParameter("members", batch.members())
        .setParameter("createdAt", batch.createdAt())
        .setParameter("fetchedAt", batch.fetchedAt())
        .setParameter("endedAt", batch.endedAt())
        .executeUpdate();
  }
}
