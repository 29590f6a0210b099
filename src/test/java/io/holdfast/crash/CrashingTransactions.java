package io.holdfast.crash;

import io.holdfast.platform.Transactions;
import jakarta.persistence.EntityManager;
import java.util.function.Supplier;

/** Before and after every commit that writes; after every one that only read. */
final class CrashingTransactions implements Transactions {

  private final Transactions transactions;
  private final EntityManager manager;
  private final CrashPoints points;

  CrashingTransactions(Transactions transactions, EntityManager manager, CrashPoints points) {
    this.transactions = transactions;
    this.manager = manager;
    this.points = points;
  }

  @Override
  public <T> T call(Supplier<T> work) {
    String caller = CrashPoints.caller();
    record Done<T>(T result, boolean wrote) {}
    Done<T> done =
        transactions.call(
            () -> {
              T result = work.get();
              boolean wrote = hasWritten();
              if (wrote) {
                points.at("before the commit in " + caller);
              }
              return new Done<>(result, wrote);
            });
    points.at((done.wrote() ? "after the commit in " : "after the read in ") + caller);
    return done.result();
  }

  /** PostgreSQL gives a transaction its number with its first write or row lock. */
  private boolean hasWritten() {
    return (Boolean)
        manager
            .createNativeQuery("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
            .getSingleResult();
  }
}
