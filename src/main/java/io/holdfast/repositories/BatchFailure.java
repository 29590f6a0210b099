package io.holdfast.repositories;

import java.util.List;
import java.util.UUID;

/**
 * Who is concerned by a batch that could not be fetched.
 *
 * @param sharers BATCHED jobs that fail with their leader, in line order; they have no tickets any
 *     more
 * @param called other jobs that may go on now
 */
public record BatchFailure(List<UUID> sharers, List<UUID> called) {
  public BatchFailure {
    sharers = List.copyOf(sharers);
    called = List.copyOf(called);
  }
}
