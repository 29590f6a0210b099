package io.holdfast.rest;

import io.holdfast.repositories.RepositoryLock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A locked repository as the API shows it. */
record LockView(
    String repository,
    UUID job,
    int attempt,
    String operation,
    UUID operationId,
    long fence,
    Instant acquiredAt,
    Instant leaseUntil,
    String node) {

  record Page(List<LockView> locks, @Nullable String nextCursor) {}

  static LockView of(RepositoryLock lock) {
    return new LockView(
        lock.repository().value(),
        lock.job(),
        lock.attempt(),
        lock.operation().name(),
        lock.operationId(),
        lock.fence(),
        lock.acquiredAt(),
        lock.leaseUntil(),
        lock.node());
  }
}
