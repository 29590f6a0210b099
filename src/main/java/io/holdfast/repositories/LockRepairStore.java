package io.holdfast.repositories;

import java.util.List;
import java.util.UUID;

/** What only the recovery asks of the tables. Works in the transaction of its caller. */
public interface LockRepairStore {

  /** All locks, by repository. */
  List<LockFacts> facts();

  /** Who holds under the lock's fence is CALLED: its place is reserved until its job is settled. */
  void suspendHolders(RepositoryLock lock);

  /** Removes the tickets whose job is gone, over or not queued yet. */
  int removeOver();

  /** Tickets in line follow the states of their jobs. Returns how many did not. */
  int align();

  /** Jobs in state WAITING or BATCHED that lack a ticket of this state, in queue order. */
  List<UUID> ticketless();

  /** Jobs that stand in a line. */
  long inLine();

  /** Repositories with a line and without a lock. */
  List<RepositoryName> freeLines();

  List<Batch> openBatches();

  /** Tickets of batches that are not open any more are in none. Returns how many. */
  int removeStrays();

  /** As {@link #removeStrays} for those in state BATCHED: they are CALLED now. */
  List<UUID> callStrays();
}
