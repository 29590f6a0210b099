package io.holdfast.repositories;

import org.jspecify.annotations.Nullable;

/**
 * One repository as a request, or the head of its line, finds it.
 *
 * @param own the ticket of the job that asks
 * @param first the head of the line, if it stands before the one that asks
 * @param outsider the first that is in no batch, if it stands before the one that asks
 */
public record Situation(
    RepositoryName repository,
    @Nullable Ticket own,
    @Nullable RepositoryLock lock,
    @Nullable Batch open,
    @Nullable Ticket first,
    @Nullable Ticket outsider) {

  boolean isFree() {
    return lock == null && first == null;
  }

  boolean isMember() {
    return own != null && own.isMemberOf(open);
  }

  Blocker blocker() {
    return Blocker.of(repository, lock, first, open);
  }
}
