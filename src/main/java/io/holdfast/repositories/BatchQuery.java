package io.holdfast.repositories;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A page of batches, newest first.
 *
 * @param repository only of this one
 * @param phase only those in it
 * @param before only those behind this one
 */
public record BatchQuery(
    @Nullable RepositoryName repository,
    Batch.@Nullable Phase phase,
    @Nullable Position before,
    int limit) {

  /** The last one of the page before. */
  public record Position(Instant createdAt, UUID id) {}
}
