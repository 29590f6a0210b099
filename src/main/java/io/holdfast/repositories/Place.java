package io.holdfast.repositories;

import org.jspecify.annotations.Nullable;

/**
 * A place in a repository's line.
 *
 * @param seq its number, by which the next page is asked for
 * @param state CALLED is back in the queue and waits for nothing but a slot
 */
public record Place(long seq, Ticket.State state, Standing standing) {

  boolean waitsElsewhere() {
    return state != Ticket.State.CALLED && standing.blocker() == null;
  }

  /** The same with another reason to wait. */
  public Place blockedBy(@Nullable Blocker blocker) {
    return new Place(
        seq,
        state,
        new Standing(
            standing.job(), standing.repository(), standing.position(), standing.since(), blocker));
  }
}
