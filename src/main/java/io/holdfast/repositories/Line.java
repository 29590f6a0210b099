package io.holdfast.repositories;

import java.util.List;
import java.util.Optional;

/**
 * A repository's line.
 *
 * @param length of the whole line
 * @param places a page of it, in order
 */
public record Line(
    Optional<RepositoryLock> lock, Optional<Batch> batch, long length, List<Place> places) {
  public Line {
    places = List.copyOf(places);
  }

  /** A ticket and its position; 1 is the head. */
  public record Place(long position, Ticket ticket) {}
}
