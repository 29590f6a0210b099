package io.holdfast.repositories;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Calls those who may go on when a repository became free. */
final class Promotion {

  /** Bounds the transaction; the rest of a party is called when these have left. */
  static final int AT_ONCE = 1000;

  private final LockStore store;

  Promotion(LockStore store) {
    this.store = store;
  }

  /** Repeating it calls nobody twice. */
  List<UUID> promote(RepositoryName repository, Instant now) {
    Situation all =
        store.situations(null, Long.MAX_VALUE, List.of(repository)).get(0); // stands behind all
    if (all.lock() != null) {
      return List.of();
    }
    List<UUID> called = new ArrayList<>();
    Batch open = all.open();
    if (open != null) {
      called.addAll(store.callMembers(open.id(), Ticket.State.WAITING));
    }
    Ticket head = all.outsider();
    if (head != null) {
      called.addAll(store.call(head.whole() ? whole(head) : party(head, open, now)));
    }
    return called;
  }

  private List<UUID> whole(Ticket head) {
    List<RepositoryName> wanted =
        store.tickets(head.job()).stream().map(Ticket::repository).toList();
    Decision decision = Granting.whole(store.situations(head.job(), head.seq(), wanted));
    return decision instanceof Decision.Take ? List.of(head.job()) : List.of();
  }

  /** A batch that cannot be joined is waited for: its last member's release promotes again. */
  private List<UUID> party(Ticket head, @Nullable Batch open, Instant now) {
    if (open != null && !open.takes(head.branch(), now)) {
      return List.of();
    }
    return Granting.party(store.outsiders(head.repository(), AT_ONCE)).stream()
        .map(Ticket::job)
        .toList();
  }
}
