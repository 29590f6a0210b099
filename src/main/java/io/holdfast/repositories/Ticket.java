package io.holdfast.repositories;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job's place in one repository's line, from its first request to the end of its use. All tickets
 * of a job have the same state.
 *
 * @param seq the place: smaller goes first
 * @param whole shares with nobody
 * @param since when it began to wait, was called back or got its lock
 * @param batch the open batch it is a member of
 * @param attempt that holds the lock
 * @param fence it holds the lock under
 */
public record Ticket(
    UUID job,
    RepositoryName repository,
    long seq,
    boolean whole,
    @Nullable BranchName branch,
    State state,
    Instant since,
    @Nullable UUID batch,
    @Nullable Integer attempt,
    @Nullable Long fence) {

  /** Follows the job's state; mirrored by a CHECK in the database. */
  public enum State {
    /** Something stands before it; the job is WAITING. */
    WAITING,
    /** Its leader prepares the repository; the job is BATCHED. */
    BATCHED,
    /** It may go on; the job is in the queue, and its place is reserved. */
    CALLED,
    /** Its attempt has the lock; a node holds the job. */
    HOLDS
  }

  boolean isMemberOf(@Nullable Batch open) {
    return open != null && open.id().equals(batch);
  }

  /** In the line, not holding. */
  Ticket inLine(State next, Instant at, @Nullable UUID ofBatch) {
    return new Ticket(job, repository, seq, whole, branch, next, at, ofBatch, null, null);
  }

  /** Its attempt went back to the queue: the place and the batch are kept. */
  Ticket paused(Instant now) {
    return state == State.HOLDS ? inLine(State.CALLED, now, batch) : this;
  }
}
