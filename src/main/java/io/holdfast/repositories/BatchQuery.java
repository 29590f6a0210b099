package io.holdfast.repositories;

import io.holdfast.platform.Position;
import org.jspecify.annotations.Nullable;

/**
 * A page of batches, newest first.
 *
 * @param repository only of this one
 * @param phase only those in it
 * @param before only those behind this position
 */
public record BatchQuery(
    @Nullable RepositoryName repository,
    Batch.@Nullable Phase phase,
    @Nullable Position before,
    int limit) {}
