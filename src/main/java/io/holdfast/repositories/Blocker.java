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

  /**
   * As {@link #of}, from the summary that the line's reader has.
   *
   * @param batched whether the job waits for its leader
   * @param head of the line; may be the job itself
   * @param leader of the open batch
   */
  public static @Nullable Blocker ofStanding(
      UUID job,
      RepositoryName repository,
      boolean batched,
      @Nullable RepositoryLock lock,
      UUID head,
      @Nullable UUID leader) {
    if (batched && leader != null) {
      return preparedFor(repository, leader);
    }
    if (lock != null) {
      return lockedBy(lock);
    }
    if (!head.equals(job)) {
      return reservedFor(repository, head);
    }
    return leader == null ? null : preparedFor(repository, leader);
  }

  /** The lock's holder, else the head of the line, else the open batch. */
  static Blocker of(
      RepositoryName repository,
      @Nullable RepositoryLock lock,
      @Nullable Ticket first,
      @Nullable Batch open) {
    if (lock != null) {
      return lockedBy(lock);
    }
    if (first != null) {
      return reservedFor(repository, first.job());
    }
    if (open != null) {
      return preparedFor(repository, open.leader());
    }
    throw new IllegalArgumentException("nothing blocks " + repository);
  }

  static Blocker lockedBy(RepositoryLock lock) {
    String until =
        switch (lock.operation()) {
          case JOB -> "until its end";
          case PREPARE -> "while it is prepared";
        };
    return new Blocker(lock.repository(), lock.job(), "locked by job " + lock.job() + " " + until);
  }

  static Blocker reservedFor(RepositoryName repository, UUID first) {
    return new Blocker(repository, first, "reserved for job " + first + ", which is next");
  }

  static Blocker preparedFor(RepositoryName repository, UUID leader) {
    return new Blocker(repository, leader, "job " + leader + " prepares it for its batch");
  }

  @Override
  public String toString() {
    return repository + ": " + why;
  }
}
