package io.holdfast.repositories;

import java.util.List;
import java.util.UUID;

/**
 * What a start found of batches.
 *
 * @param open that go on
 * @param elected that got another leader
 * @param dissolved that had no member left
 * @param dropped members whose batch is over
 * @param called members and heads of lines that may go on
 */
public record BatchRepair(int open, int elected, int dissolved, int dropped, List<UUID> called) {
  public BatchRepair {
    called = List.copyOf(called);
  }
}
