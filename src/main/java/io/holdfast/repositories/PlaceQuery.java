package io.holdfast.repositories;

import org.jspecify.annotations.Nullable;

/**
 * A page of the lines, by repository and place.
 *
 * @param repository only of this one
 * @param after only those behind this one
 */
public record PlaceQuery(@Nullable RepositoryName repository, @Nullable Position after, int limit) {

  /** The last one of the page before. */
  public record Position(RepositoryName repository, long seq) {}
}
