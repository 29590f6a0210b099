package io.holdfast.jobs;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as the database has it.
 *
 * @param version grows with every change of the row
 * @param attempt 0 until first claimed
 * @param session of the current attempt, once launched
 * @param outputBytes of the last attempt that ended; a running one's are read from its file
 * @param batch in which it last shared a preparation, if it did
 */
public record Job(
    UUID id,
    JobSpec spec,
    String owner,
    JobState state,
    long version,
    int attempt,
    @Nullable UUID session,
    @Nullable Integer exitCode,
    @Nullable String reason,
    long outputBytes,
    Instant createdAt,
    @Nullable Instant queuedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Instant deadline,
    @Nullable UUID batch) {

  JobRef ref() {
    return new JobRef(id, state, attempt, version);
  }
}
