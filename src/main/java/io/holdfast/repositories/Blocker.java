package io.holdfast.repositories;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a job waits for, in terms a user can act on.
 *
 * @param repository the first of the job's that it cannot have
 * @param job that has it or is to get it first
 * @param why in words, without the repository's name
 */
public record Blocker(RepositoryName repository, UUID job, String why) {

  /** The lock's holder, else the head of the line, else the open batch. */
  static Blocker of(
      RepositoryName repository,
      @Nullable RepositoryLock lock,
      @Nullable Ticket first,
      @Nullable Batch open) {
    if (lock != null) {
      String until =
          lock.operation() == RepositoryLock.Operation.JOB
              ? "until its end"
              : "while it is prepared";
      return new Blocker(repository, lock.job(), "locked by job " + lock.job() + " " + until);
    }
    if (first != null) {
      return new Blocker(repository, first.job(), "reserved for job " + first.job());
    }
    if (open != null) {
      return new Blocker(
          repository,
          open.leader(),
          "a batch led by job " + open.leader() + " prepares another commit");
    }
    throw new IllegalArgumentException("nothing blocks " + repository);
  }

  @Override
  public String toString() {
    return repository + ": " + why;
  }
}
