package io.holdfast.repositories.store;

import io.holdfast.repositories.Batch;
import io.holdfast.repositories.Blocker;
import io.holdfast.repositories.BranchName;
import io.holdfast.repositories.LockFacts;
import io.holdfast.repositories.Place;
import io.holdfast.repositories.RepositoryLock;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.repositories.Standing;
import io.holdfast.repositories.Ticket;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
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

  static <T> List<T> rows(Query query, Function<Cells, T> read) {
    List<T> rows = new ArrayList<>();
    for (Object row : query.getResultList()) {
      rows.add(read.apply(new Cells(row)));
    }
    return rows;
  }

  static <T> Optional<T> first(Query query, Function<Cells, T> read) {
    return rows(query, read).stream().findFirst();
  }

  /** Of rows of a number in the queue and a job. */
  static List<UUID> jobs(Query query) {
    return rows(
        query,
        cells -> {
          cells.number();
          return cells.uuid();
        });
  }

  static Optional<Batch> batch(EntityManager manager, UUID id) {
    return first(
        manager.createNativeQuery(LockSql.BATCH_BY_ID).setParameter("id", id), Cells::batch);
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

  /** A lock, whether its repository is registered, and its holder's row if there is one. */
  LockFacts facts() {
    RepositoryLock lock = lock();
    boolean registered = flag();
    Number attempt = (Number) valueOrNull();
    return new LockFacts(
        lock,
        registered,
        attempt == null
            ? null
            : new LockFacts.HolderJob(flag(), attempt.intValue(), flag(), flag()));
  }

  /** A number in the queue and a state before what {@link #standing} reads. */
  Place place() {
    long seq = number();
    Ticket.State state = Ticket.State.valueOf(text());
    Place place = new Place(seq, state, standing());
    return state == Ticket.State.CALLED ? place.blockedBy(null) : place;
  }

  Standing standing() {
    UUID job = uuid();
    RepositoryName repository = repository();
    long position = number();
    Instant since = instant();
    boolean batched = text().equals(Ticket.State.BATCHED.name());
    UUID head = uuid();
    UUID leader = (UUID) valueOrNull();
    RepositoryLock lock = lockOrNull();
    return new Standing(
        job,
        repository,
        position,
        since,
        Blocker.ofStanding(job, repository, batched, lock, head, leader));
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
