package io.holdfast.rest;

import io.holdfast.repositories.Batch;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A preparation that jobs share, as the API shows it. */
record BatchView(
    UUID id,
    String repository,
    @Nullable String branch,
    String phase,
    UUID leader,
    String node,
    @Nullable String preparedCommit,
    @Nullable String reason,
    int members,
    Instant createdAt,
    @Nullable Instant fetchedAt,
    @Nullable Instant endedAt) {

  record Page(List<BatchView> batches, @Nullable String nextCursor) {}

  static BatchView of(Batch batch) {
    return new BatchView(
        batch.id(),
        batch.repository().value(),
        batch.branch() == null ? null : batch.branch().value(),
        batch.phase().name(),
        batch.leader(),
        batch.node(),
        batch.preparedCommit(),
        batch.reason(),
        batch.members(),
        batch.createdAt(),
        batch.fetchedAt(),
        batch.endedAt());
  }
}
