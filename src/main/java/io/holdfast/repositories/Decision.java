package io.holdfast.repositories;

import org.jspecify.annotations.Nullable;

/** What a request gets; carried out by {@link Granter}. */
sealed interface Decision {

  /** The whole of its repositories. */
  record Take() implements Decision {}

  /** Fetches, for a new batch or for the one it leads already. */
  record Lead(@Nullable Batch open) implements Decision {}

  /** Is a member and waits for the leader. */
  record Follow(Batch open) implements Decision {}

  /** Is a member and copies the commit. */
  record Copy(Batch open, @Nullable RepositoryLock lock) implements Decision {}

  /** Stands in line. */
  record Wait(Blocker blocker) implements Decision {}
}
