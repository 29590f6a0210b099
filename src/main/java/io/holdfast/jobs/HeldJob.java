package io.holdfast.jobs;

import io.holdfast.execution.AttemptKey;
import io.holdfast.execution.Handle;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The narrow snapshot of a job that a node holds: all that its progress is decided by.
 *
 * @param handle absent until the launch is committed
 * @param launchedAt when the launch was committed
 * @param runningNow jobs of the node in state RUNNING, this one included if it runs
 */
public record HeldJob(
    JobRef ref,
    @Nullable Handle handle,
    OnInterrupt onInterrupt,
    Instant queuedAt,
    @Nullable Instant launchedAt,
    @Nullable Instant startedAt,
    @Nullable Instant deadline,
    @Nullable Ending ending,
    @Nullable Instant endingSince,
    int runningNow,
    Uses uses) {

  public UUID id() {
    return ref.id();
  }

  AttemptKey key() {
    return new AttemptKey(ref.id(), ref.attempt());
  }
}
