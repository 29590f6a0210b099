package io.holdfast.execution;

import java.time.Instant;
import java.util.UUID;

/**
 * The file {@code .sentinel.json}: who runs here, for people and for the heartbeat's age. No
 * verdict depends on it.
 *
 * @param process the command, leader of its own session
 */
public record Sentinel(
    UUID job,
    int attempt,
    UUID session,
    String engine,
    ProcessIdentity process,
    String host,
    Instant startedAt,
    Instant lastHeartbeat) {

  /** Whether it speaks of the attempt that {@code handle} names. */
  public boolean belongsTo(Handle handle) {
    return job.equals(handle.key().job())
        && attempt == handle.key().attempt()
        && session.equals(handle.session());
  }
}
