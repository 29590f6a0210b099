package io.holdfast.repositories;

import io.holdfast.repositories.Decision.Copy;
import io.holdfast.repositories.Decision.Follow;
import io.holdfast.repositories.Decision.Lead;
import io.holdfast.repositories.Decision.Take;
import io.holdfast.repositories.Decision.Wait;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Who may have a repository (spec, Stories 4, 7 and 8). Nobody passes one that stands before it in
 * the line, except the members of an open batch, whose preparation has begun.
 */
final class Granting {

  private Granting() {}

  /**
   * @param situations one for each of the use's repositories, in their order
   * @param node that would hold the job
   */
  static Decision decide(Use use, List<Situation> situations, String node, Instant now) {
    return use.whole() ? whole(situations) : shared(use, situations.get(0), node, now);
  }

  /** All or none: a lock is never held while another one is waited for. */
  static Decision whole(List<Situation> situations) {
    return situations.stream()
        .filter(situation -> !situation.isFree())
        .findFirst()
        .<Decision>map(situation -> new Wait(situation.blocker()))
        .orElseGet(Take::new);
  }

  private static Decision shared(Use use, Situation situation, String node, Instant now) {
    Batch open = situation.open();
    RepositoryLock lock = situation.lock();
    if (open == null) {
      return situation.isFree() ? new Lead(null) : new Wait(situation.blocker());
    }
    if (lock != null && !lock.isOf(open)) {
      return new Wait(situation.blocker());
    }
    if (!situation.isMember() && !mayJoin(use, situation, open, node, now)) {
      return new Wait(situation.blocker());
    }
    if (open.phase() == Batch.Phase.PREPARED) {
      return new Copy(open, lock);
    }
    return open.leader().equals(use.job()) ? new Lead(open) : new Follow(open);
  }

  private static boolean mayJoin(
      Use use, Situation situation, Batch open, String node, Instant now) {
    return situation.outsider() == null
        && open.node().equals(node)
        && open.takes(use.branch(), now);
  }

  /**
   * Whom the head of a free repository's line takes along: those right behind it that want the same
   * branch and share it.
   *
   * @param line in order, members of the open batch left out
   */
  static List<Ticket> party(List<Ticket> line) {
    Ticket head = line.get(0);
    return line.stream()
        .takeWhile(ticket -> !ticket.whole() && Objects.equals(ticket.branch(), head.branch()))
        .toList();
  }
}
