package io.holdfast.repositories;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Locks, tickets and batches. Every method works in the transaction of its caller. All that write,
 * and all whose result is written by, come after {@link #enter}.
 */
public interface LockStore {

  /**
   * Waits until no other transaction grants, and shuts all others out to the end of this one.
   *
   * @throws StaleEpoch if this life of the node is over; the transaction must roll back
   */
  void enter();

  /**
   * The repositories as a job finds them, in the order given.
   *
   * @param before only what has a smaller number stands before it
   */
  List<Situation> situations(@Nullable UUID job, long before, List<RepositoryName> repositories);

  /** Of each line, the first that are in no batch, in order; line by line. */
  List<Ticket> outsiders(List<RepositoryName> repositories, int limit);

  List<Ticket> tickets(UUID job);

  /** Writes tickets, new ones or over those of the same job and repository. */
  void put(Collection<Ticket> tickets);

  /** Removes the tickets of a job. */
  void remove(UUID job);

  /** Those of the jobs that were WAITING or BATCHED are CALLED now, and returned in line order. */
  List<UUID> call(Collection<UUID> jobs);

  /** {@link #call} for all members of a batch that are in this state. */
  List<UUID> callMembers(UUID batch, Ticket.State from);

  /** The first member in this state, or in any. */
  Optional<Ticket> firstMember(UUID batch, Ticket.@Nullable State in);

  /** The jobs of a closed batch's members in this state; their tickets are removed. */
  List<UUID> removeMembers(UUID batch, Ticket.State in);

  /** Who is left in a closed batch is in none. */
  void disband(UUID batch);

  /** One new fence and lock for each repository of the use. All of them must be free. */
  Map<RepositoryName, Long> acquire(
      Use use, RepositoryLock.Operation operation, UUID operationId, Instant now);

  Optional<RepositoryLock> lock(RepositoryName repository);

  List<RepositoryLock> locksOf(UUID job);

  /** Makes another ticket's attempt the holder; the fence stays. */
  void handOver(RepositoryLock lock, Ticket heir);

  /**
   * The locks belong to this life of this node and have this lease now; the fences stay. One that
   * was released meanwhile is left alone.
   */
  void takeOver(Collection<RepositoryLock> locks, Instant leaseUntil);

  /** Removes the lock with this fence. */
  void free(RepositoryLock lock);

  /** What {@link Granter#holds} promises. */
  boolean holds(UUID job, int attempt, long fence);

  /** The locks of this node and epoch have this lease now. */
  int renew(Instant leaseUntil);

  Optional<Batch> batch(UUID id);

  /** Writes a batch, a new one or over the one with this id. */
  void put(Batch batch);
}
