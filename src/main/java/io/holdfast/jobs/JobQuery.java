package io.holdfast.jobs;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs to list; null means any.
 *
 * @param before only jobs older than this position
 * @param limit 1 to 500
 */
public record JobQuery(
    @Nullable JobState state,
    @Nullable String repository,
    @Nullable String owner,
    @Nullable Position before,
    int limit) {

  /** A place in the list; equal times are ordered by id. */
  public record Position(Instant createdAt, UUID id) {}
}
