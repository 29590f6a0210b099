package io.holdfast.repositories;

import java.util.List;
import java.util.Optional;

/**
 * A repository's line.
 *
 * @param batch the open one
 * @param length of the whole line
 * @param places the first of it, in order
 */
public record Line(
    Optional<RepositoryLock> lock, Optional<Batch> batch, long length, List<Place> places) {
  public Line {
    places = List.copyOf(places);
  }
}
