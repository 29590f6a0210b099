package io.holdfast.repositories.store;

import io.holdfast.repositories.Batch;
import io.holdfast.repositories.BranchName;
import io.holdfast.repositories.RepositoryLock;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.repositories.Ticket;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One row of a native query, read from left to right in the order of {@link LockSql}'s columns. */
final class Cells {

  private static final int TICKET = 10;
  private static final int LOCK = 12;
  private static final int BATCH = 12;

  private final Object[] row;
  private int next;

  Cells(Object row) {
    this.row = (Object[]) row;
  }

  /** Null if an outer join found none. */
  @Nullable Ticket ticketOrNull() {
    return absent(TICKET) ? null : ticket();
  }

  Ticket ticket() {
    return new Ticket(
        uuid(),
        repository(),
        number(),
        flag(),
        branch(),
        Ticket.State.valueOf(text()),
        instant(),
        (UUID) valueOrNull(),
        integerOrNull(),
        numberOrNull());
  }

  @Nullable RepositoryLock lockOrNull() {
    return absent(LOCK) ? null : lock();
  }

  RepositoryLock lock() {
    return new RepositoryLock(
        repository(),
        uuid(),
        (int) number(),
        RepositoryLock.Operation.valueOf(text()),
        uuid(),
        number(),
        instant(),
        instant(),
        text(),
        number(),
        number(),
        number());
  }

  @Nullable Batch batchOrNull() {
    return absent(BATCH) ? null : batch();
  }

  Batch batch() {
    return new Batch(
        uuid(),
        repository(),
        branch(),
        text(),
        uuid(),
        Batch.Phase.valueOf(text()),
        (String) valueOrNull(),
        (String) valueOrNull(),
        (int) number(),
        instant(),
        (Instant) valueOrNull(),
        (Instant) valueOrNull());
  }

  private boolean absent(int columns) {
    if (row[next] != null) {
      return false;
    }
    next += columns;
    return true;
  }

  RepositoryName repository() {
    return new RepositoryName(text());
  }

  private @Nullable BranchName branch() {
    String name = (String) valueOrNull();
    return name == null ? null : new BranchName(name);
  }

  UUID uuid() {
    return (UUID) value();
  }

  String text() {
    return (String) value();
  }

  long number() {
    return ((Number) value()).longValue();
  }

  boolean flag() {
    return (Boolean) value();
  }

  Instant instant() {
    return (Instant) value();
  }

  @Nullable Long numberOrNull() {
    Number found = (Number) valueOrNull();
    return found == null ? null : Long.valueOf(found.longValue());
  }

  @Nullable Integer integerOrNull() {
    Number found = (Number) valueOrNull();
    return found == null ? null : Integer.valueOf(found.intValue());
  }

  @Nullable Object valueOrNull() {
    return row[next++];
  }

  private Object value() {
    Object found = row[next++];
    if (found == null) {
      throw new IllegalStateException("column " + next + " is null");
    }
    return found;
  }
}
