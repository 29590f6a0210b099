package io.holdfast.repositories;

import java.util.List;
import java.util.UUID;

/**
 * A request's grant.
 *
 * @param called other jobs that may go on because of it; nearly always empty
 */
public record Answer(Grant grant, List<UUID> called) {
  public Answer {
    called = List.copyOf(called);
  }
}
