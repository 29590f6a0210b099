package io.holdfast.repositories;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A registered repository.
 *
 * @param id of this registration: a name that is removed and registered again gets another
 * @param branch what jobs check out by default; null for the default branch of the remote
 * @param reason why it is {@link RepositoryState#FAILED} or {@link RepositoryState#UNAVAILABLE},
 *     for users; null in the other states
 * @param readyAt when it was ready first; null before
 */
public record Repository(
    UUID id,
    RepositoryName name,
    GitUrl gitUrl,
    @Nullable BranchName branch,
    RepositoryState state,
    @Nullable String reason,
    String owner,
    Instant createdAt,
    @Nullable Instant readyAt) {

  static Repository registered(
      RepositoryName name, GitUrl gitUrl, @Nullable BranchName branch, String owner, Instant now) {
    return new Repository(
        UUID.randomUUID(), name, gitUrl, branch, RepositoryState.CLONING, null, owner, now, null);
  }

  /** Its clone is there and usable. */
  Repository ready(Instant now) {
    return with(RepositoryState.READY, null, readyAt == null ? now : readyAt);
  }

  /** Its clone could not be made or fetched. A ready one stays so while its clone is usable. */
  Repository failed(String why, boolean cloneUsable) {
    return switch (state) {
      case CLONING, FAILED -> with(RepositoryState.FAILED, why, readyAt);
      case READY -> cloneUsable ? this : with(RepositoryState.UNAVAILABLE, why, readyAt);
      case UNAVAILABLE -> with(RepositoryState.UNAVAILABLE, why, readyAt);
    };
  }

  private Repository with(
      RepositoryState newState, @Nullable String newReason, @Nullable Instant newReadyAt) {
    return new Repository(
        id, name, gitUrl, branch, newState, newReason, owner, createdAt, newReadyAt);
  }
}
