package io.holdfast.repositories;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What became of a request. */
public sealed interface Grant {

  /**
   * The attempt has all of its repositories.
   *
   * @param fences one for each of them
   * @param preparation what it shares; empty for a use that shares nothing
   */
  record Granted(Map<RepositoryName, Long> fences, Optional<Preparation> preparation)
      implements Grant {
    public Granted {
      fences = Map.copyOf(fences);
    }

    /** To be shown before every effect on one of the repositories that were asked for. */
    public long fence(RepositoryName repository) {
      Long fence = fences.get(repository);
      if (fence == null) {
        throw new IllegalArgumentException(repository + " was not granted, but " + fences);
      }
      return fence;
    }
  }

  /** Another job prepares the same: it will be called when that is done. */
  record Batched(UUID batch, UUID leader) implements Grant {}

  /** It stands in line and will be called. */
  record Waiting(Blocker blocker) implements Grant {}
}
