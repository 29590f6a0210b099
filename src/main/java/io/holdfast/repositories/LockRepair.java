package io.holdfast.repositories;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a start, and the slow loop after it, does with locks, lines and batches. Every method works
 * in the transaction of its caller, takes the granter's turn, and may be repeated. Called jobs are
 * to be queued in the same transaction.
 */
public final class LockRepair {

  private final LockStore store;
  private final LockRepairStore repairs;
  private final Promotion promotion;

  public LockRepair(LockStore store, LockRepairStore repairs) {
    this.store = store;
    this.repairs = repairs;
    this.promotion = new Promotion(store);
  }

  /** All locks, for {@link LockVerdict#decide}. Needs no turn. */
  public List<LockFacts> locks() {
    return repairs.facts();
  }

  /** These locks go on under their fences, in this life of the node, with a new lease. */
  public void keep(Collection<RepositoryLock> locks, Instant now) {
    store.enter();
    store.takeOver(locks, now.plus(RepositoryLock.LEASE));
  }

  /**
   * The lock is free, and the head of the line is called. The holder keeps its place until its job
   * is settled.
   */
  public List<UUID> free(RepositoryLock lock, Instant now) {
    store.enter();
    boolean asRead =
        store
            .lock(lock.repository())
            .filter(current -> current.fence() == lock.fence())
            .isPresent();
    if (!asRead) {
      return List.of(); // the re-attachment of jobs, which runs beside, was faster
    }
    repairs.suspendHolders(lock);
    store.free(lock);
    return promotion.promote(List.of(lock.repository()), now);
  }

  /** The lines agree with the jobs, and every head that may go on is called. */
  public LineRepair repairLine(Instant now) {
    store.enter();
    int removed = repairs.removeOver();
    int aligned = repairs.align();
    List<UUID> ticketless = repairs.ticketless();
    List<UUID> called = promotion.promote(repairs.freeLines(), now);
    return new LineRepair(repairs.inLine(), removed, aligned, ticketless, called);
  }

  /** Every open batch has a leader and members, and whoever waits for it waits for something. */
  public BatchRepair repairBatches(Instant now) {
    store.enter();
    repairs.removeOver();
    List<UUID> called = new ArrayList<>(repairs.callStrays());
    int dropped = called.size() + repairs.removeStrays();
    int elected = 0;
    int dissolved = 0;
    List<Batch> open = repairs.openBatches();
    for (Batch batch : open) {
      Optional<Ticket> first = store.firstMember(batch.id(), null);
      if (first.isEmpty()) {
        store.put(batch.dissolved(now));
        called.addAll(promotion.promote(List.of(batch.repository()), now));
        dissolved++;
      } else if (batch.phase() == Batch.Phase.PREPARED) {
        called.addAll(store.callMembers(batch.id(), Ticket.State.BATCHED));
      } else {
        UUID leader = leader(batch, first.get());
        elected += leader.equals(batch.leader()) ? 0 : 1;
        store.put(batch.ledBy(leader));
        called.addAll(callIfBatched(leader));
      }
    }
    return new BatchRepair(open.size() - dissolved, elected, dissolved, dropped, called);
  }

  private UUID leader(Batch batch, Ticket first) {
    boolean isMember =
        store.tickets(batch.leader()).stream().anyMatch(ticket -> ticket.isMemberOf(batch));
    return isMember ? batch.leader() : first.job();
  }

  /** It is to fetch: it cannot wait for a leader. */
  private List<UUID> callIfBatched(UUID leader) {
    return store.tickets(leader).stream().anyMatch(t -> t.state() == Ticket.State.BATCHED)
        ? store.call(List.of(leader))
        : List.of();
  }
}
