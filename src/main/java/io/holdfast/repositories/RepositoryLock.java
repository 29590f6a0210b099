package io.holdfast.repositories;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * The lock of one repository, which an attempt holds.
 *
 * @param job the holder; where several members of a batch hold it, one of them
 * @param operationId the batch, the job, or what a job with several repositories prepares at once
 * @param fence grows with every grant, over all repositories and for ever
 * @param leaseUntil {@link #LEASE} after it was acquired or last renewed
 * @param node whose process {@code pid}, started at {@code startTicks}, works for the holder
 */
public record RepositoryLock(
    RepositoryName repository,
    UUID job,
    int attempt,
    Operation operation,
    UUID operationId,
    long fence,
    Instant acquiredAt,
    Instant leaseUntil,
    String node,
    long nodeEpoch,
    long pid,
    long startTicks) {

  /** From here on a holder that cannot be proved alive is stale (spec, Story 4). */
  public static final Duration LEASE = Duration.ofMinutes(10);

  /** Mirrored by a CHECK in the database. */
  public enum Operation {
    /** To the end of the preparation. */
    PREPARE,
    /** To the end of the job. */
    JOB
  }

  boolean isOf(Batch batch) {
    return operation == Operation.PREPARE && operationId.equals(batch.id());
  }
}
