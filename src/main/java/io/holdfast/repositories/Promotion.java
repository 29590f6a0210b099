package io.holdfast.repositories;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Calls those who may go on when repositories became free. */
final class Promotion {

  /** Bounds the transaction; the rest of a party is called when these have left. */
  static final int AT_ONCE = 1000;

  private static final int AT_LEAST = 20;

  private final LockStore store;

  Promotion(LockStore store) {
    this.store = store;
  }

  /** Returns who is called, in line order. Repeating it calls nobody twice. */
  List<UUID> promote(List<RepositoryName> repositories, Instant now) {
    List<UUID> called = new ArrayList<>();
    Set<UUID> next = new HashSet<>();
    List<RepositoryName> parties = new ArrayList<>();
    if (repositories.isEmpty()) {
      return called;
    }
    for (Situation line : store.situations(null, Long.MAX_VALUE, repositories)) {
      if (line.lock() != null) {
        continue;
      }
      Batch open = line.open();
      if (open != null) {
        called.addAll(store.callMembers(open.id(), Ticket.State.WAITING));
      }
      Ticket head = line.outsider();
      if (head == null) {
        continue;
      }
      if (!head.whole()) {
        // A batch that cannot be joined is waited for: its last member's release promotes again.
        if (open == null || open.takes(head.branch(), now)) {
          parties.add(line.repository());
        }
      } else if (head.state() == Ticket.State.WAITING && mayTake(head)) {
        next.add(head.job());
      }
    }
    next.addAll(parties(parties));
    if (!next.isEmpty()) {
      called.addAll(store.call(next));
    }
    return called;
  }

  private boolean mayTake(Ticket head) {
    List<RepositoryName> wanted =
        store.tickets(head.job()).stream().map(Ticket::repository).toList();
    Decision decision = Granting.whole(store.situations(head.job(), head.seq(), wanted));
    return decision instanceof Decision.Take;
  }

  private Set<UUID> parties(List<RepositoryName> repositories) {
    if (repositories.isEmpty()) {
      return Set.of();
    }
    int each = Math.max(AT_LEAST, AT_ONCE / repositories.size());
    Map<RepositoryName, List<Ticket>> lines =
        store.outsiders(repositories, each).stream()
            .collect(Collectors.groupingBy(Ticket::repository));
    return lines.values().stream()
        .flatMap(line -> Granting.party(line).stream())
        .filter(ticket -> ticket.state() == Ticket.State.WAITING)
        .map(Ticket::job)
        .collect(Collectors.toSet());
  }
}
