package io.holdfast.repositories;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A lock beside what the other tables say of it.
 *
 * @param registered whether its repository is
 * @param job its holder; null if there is no such job
 */
public record LockFacts(RepositoryLock lock, boolean registered, @Nullable HolderJob job) {

  /**
   * The holder's row.
   *
   * @param held by a node: PREPARING, LAUNCHING or RUNNING
   * @param namesRepository whether the locked one is among the job's
   */
  public record HolderJob(boolean held, int attempt, boolean namesRepository, boolean exclusive) {}

  /** Why the row cannot be true; empty if it can. */
  public Optional<String> contradiction() {
    String holder = "its lock names job " + lock.job();
    if (job == null) {
      return Optional.of(holder + ", which does not exist");
    }
    if (!registered) {
      return Optional.of("it is locked and not registered");
    }
    if (!job.namesRepository()) {
      return Optional.of(holder + ", which does not use it");
    }
    if (lock.attempt() > job.attempt()) {
      return Optional.of(
          holder + " at attempt " + lock.attempt() + ", which is at attempt " + job.attempt());
    }
    if (lock.operation() == RepositoryLock.Operation.JOB && !job.exclusive()) {
      return Optional.of(holder + " for the whole job, which is not exclusive");
    }
    if (lock.acquiredAt().isAfter(lock.leaseUntil())) {
      return Optional.of(
          "its lock was acquired at "
              + lock.acquiredAt()
              + ", after its lease's end at "
              + lock.leaseUntil());
    }
    return Optional.empty();
  }

  /** Whether the attempt that holds it is one that a node still works on, as far as rows tell. */
  boolean attemptIsOpen() {
    return job != null && job.held() && job.attempt() == lock.attempt();
  }
}
