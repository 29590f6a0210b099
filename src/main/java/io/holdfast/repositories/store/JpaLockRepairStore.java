package io.holdfast.repositories.store;

import io.holdfast.repositories.Batch;
import io.holdfast.repositories.LockFacts;
import io.holdfast.repositories.LockRepairStore;
import io.holdfast.repositories.RepositoryLock;
import io.holdfast.repositories.RepositoryName;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.UUID;

/** {@link LockRepairStore} on PostgreSQL. */
public final class JpaLockRepairStore implements LockRepairStore {

  private final EntityManager manager;

  public JpaLockRepairStore(EntityManager manager) {
    this.manager = manager;
  }

  @Override
  public List<LockFacts> facts() {
    return Cells.rows(
        manager.createNativeQuery(LockSql.FACTS).setParameter("repository", null), Cells::facts);
  }

  @Override
  public void suspendHolders(RepositoryLock lock) {
    manager
        .createNativeQuery(LockSql.SUSPEND_HOLDERS)
        .setParameter("repository", lock.repository().value())
        .setParameter("fence", lock.fence())
        .executeUpdate();
  }

  @Override
  public int removeOver() {
    return manager.createNativeQuery(LockSql.REMOVE_OVER).executeUpdate();
  }

  @Override
  public int align() {
    return manager.createNativeQuery(LockSql.ALIGN).executeUpdate();
  }

  @Override
  public List<UUID> ticketless() {
    return Cells.jobs(manager.createNativeQuery(LockSql.TICKETLESS));
  }

  @Override
  public long inLine() {
    return ((Number) manager.createNativeQuery(LockSql.IN_LINE).getSingleResult()).longValue();
  }

  @Override
  public List<RepositoryName> freeLines() {
    return Cells.rows(manager.createNativeQuery(LockSql.FREE_LINES), Cells::repository);
  }

  @Override
  public List<Batch> openBatches() {
    return Cells.rows(manager.createNativeQuery(LockSql.OPEN_BATCHES), Cells::batch);
  }

  @Override
  public int removeStrays() {
    return manager.createNativeQuery(LockSql.REMOVE_STRAYS).executeUpdate();
  }

  @Override
  public List<UUID> callStrays() {
    return Cells.jobs(manager.createNativeQuery(LockSql.CALL_STRAYS));
  }
}
