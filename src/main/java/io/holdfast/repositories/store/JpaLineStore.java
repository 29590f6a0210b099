package io.holdfast.repositories.store;

import io.holdfast.repositories.Batch;
import io.holdfast.repositories.BatchQuery;
import io.holdfast.repositories.Line;
import io.holdfast.repositories.LineStore;
import io.holdfast.repositories.LockFacts;
import io.holdfast.repositories.RepositoryLock;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.repositories.Standing;
import jakarta.persistence.EntityManager;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@link LineStore} on PostgreSQL. */
public final class JpaLineStore implements LineStore {

  private final EntityManager manager;

  public JpaLineStore(EntityManager manager) {
    this.manager = manager;
  }

  @Override
  public List<Standing> standings(Collection<UUID> jobs) {
    return jobs.isEmpty()
        ? List.of()
        : Cells.rows(
            manager
                .createNativeQuery(LockSql.STANDINGS)
                .setParameter("jobs", jobs.toArray(UUID[]::new)),
            Cells::standing);
  }

  @Override
  public Map<UUID, Long> waiting(long after, int limit) {
    Map<UUID, Long> page = new LinkedHashMap<>();
    Cells.rows(
            manager
                .createNativeQuery(LockSql.WAITING)
                .setParameter("after", after)
                .setParameter("limit", limit),
            cells -> Map.entry(cells.number(), cells.uuid()))
        .forEach(entry -> page.put(entry.getValue(), entry.getKey()));
    return page;
  }

  @Override
  public Line line(RepositoryName repository, long after, int limit) {
    Object length =
        manager
            .createNativeQuery(LockSql.LINE_LENGTH)
            .setParameter("repository", repository.value())
            .getSingleResult();
    return new Line(
        Cells.rows(
                manager
                    .createNativeQuery(LockSql.LOCK_OF_REPOSITORY)
                    .setParameter("repository", repository.value()),
                Cells::lock)
            .stream()
            .findFirst(),
        Cells.rows(
                manager
                    .createNativeQuery(LockSql.OPEN_BATCH)
                    .setParameter("repository", repository.value()),
                Cells::batch)
            .stream()
            .findFirst(),
        ((Number) length).longValue(),
        Cells.rows(
            manager
                .createNativeQuery(LockSql.LINE)
                .setParameter("repository", repository.value())
                .setParameter("after", after)
                .setParameter("limit", limit),
            cells -> new Line.Place(cells.number(), cells.ticket())));
  }

  @Override
  public List<RepositoryLock> locks(@Nullable RepositoryName after, int limit) {
    return Cells.rows(
        manager
            .createNativeQuery(LockSql.LOCKS)
            .setParameter("after", after == null ? null : after.value())
            .setParameter("limit", limit),
        Cells::lock);
  }

  @Override
  public List<Batch> batches(BatchQuery query) {
    BatchQuery.Position before = query.before();
    RepositoryName repository = query.repository();
    return Cells.rows(
        manager
            .createNativeQuery(LockSql.BATCHES)
            .setParameter("repository", repository == null ? null : repository.value())
            .setParameter("open", query.open())
            .setParameter("createdAt", before == null ? null : before.createdAt())
            .setParameter("id", before == null ? null : before.id())
            .setParameter("limit", query.limit()),
        Cells::batch);
  }

  @Override
  public Optional<LockFacts> facts(RepositoryName repository) {
    return Cells.rows(
            manager.createNativeQuery(LockSql.FACTS).setParameter("repository", repository.value()),
            Cells::facts)
        .stream()
        .findFirst();
  }
}
