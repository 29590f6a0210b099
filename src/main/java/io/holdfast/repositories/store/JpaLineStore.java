package io.holdfast.repositories.store;

import io.holdfast.platform.Position;
import io.holdfast.repositories.Batch;
import io.holdfast.repositories.BatchQuery;
import io.holdfast.repositories.LineStore;
import io.holdfast.repositories.LockFacts;
import io.holdfast.repositories.LockQuery;
import io.holdfast.repositories.Place;
import io.holdfast.repositories.PlaceQuery;
import io.holdfast.repositories.RepositoryLock;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.repositories.Standing;
import jakarta.persistence.EntityManager;
import java.util.Collection;
import java.util.List;
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
  public List<Place> places(PlaceQuery query) {
    RepositoryName repository = query.repository();
    PlaceQuery.Position after = query.after();
    return Cells.rows(
        manager
            .createNativeQuery(LockSql.PLACES)
            .setParameter("repository", repository == null ? null : repository.value())
            .setParameter("afterRepository", after == null ? null : after.repository().value())
            .setParameter("afterSeq", after == null ? null : after.seq())
            .setParameter("limit", query.limit()),
        Cells::place);
  }

  @Override
  public long length(RepositoryName repository) {
    Object length =
        manager
            .createNativeQuery(LockSql.LINE_LENGTH)
            .setParameter("repository", repository.value())
            .getSingleResult();
    return ((Number) length).longValue();
  }

  @Override
  public List<RepositoryLock> locks(LockQuery query) {
    RepositoryName repository = query.repository();
    RepositoryName after = query.after();
    return Cells.rows(
        manager
            .createNativeQuery(LockSql.LOCKS)
            .setParameter("repository", repository == null ? null : repository.value())
            .setParameter("node", query.node())
            .setParameter("after", after == null ? null : after.value())
            .setParameter("limit", query.limit()),
        Cells::lock);
  }

  @Override
  public List<Batch> batches(BatchQuery query) {
    Position before = query.before();
    RepositoryName repository = query.repository();
    return Cells.rows(
        manager
            .createNativeQuery(LockSql.BATCHES)
            .setParameter("repository", repository == null ? null : repository.value())
            .setParameter("phase", query.phase() == null ? null : query.phase().name())
            .setParameter("createdAt", before == null ? null : before.createdAt())
            .setParameter("id", before == null ? null : before.id())
            .setParameter("limit", query.limit()),
        Cells::batch);
  }

  @Override
  public Optional<Batch> batch(UUID id) {
    return Cells.batch(manager, id);
  }

  @Override
  public Optional<Batch> openBatch(RepositoryName repository) {
    return Cells.first(
        manager
            .createNativeQuery(LockSql.OPEN_BATCH)
            .setParameter("repository", repository.value()),
        Cells::batch);
  }

  @Override
  public Optional<LockFacts> facts(RepositoryName repository) {
    return factsOf(repository).stream().findFirst();
  }

  @Override
  public List<LockFacts> facts() {
    return factsOf(null);
  }

  private List<LockFacts> factsOf(@Nullable RepositoryName repository) {
    return Cells.rows(
        manager
            .createNativeQuery(LockSql.FACTS)
            .setParameter("repository", repository == null ? null : repository.value()),
        Cells::facts);
  }
}
