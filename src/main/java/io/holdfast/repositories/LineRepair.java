package io.holdfast.repositories;

import java.util.List;
import java.util.UUID;

/**
 * What a start found in the lines.
 *
 * @param inLine jobs that stand in a line
 * @param removed tickets whose job is gone or over
 * @param aligned tickets that disagreed with their job's state
 * @param ticketless jobs in state WAITING or BATCHED that lack a ticket: queue them again
 * @param called heads of lines that may go on
 */
public record LineRepair(
    long inLine, int removed, int aligned, List<UUID> ticketless, List<UUID> called) {
  public LineRepair {
    ticketless = List.copyOf(ticketless);
    called = List.copyOf(called);
  }
}
