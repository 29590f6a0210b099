package io.holdfast.repositories;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What became of a request. */
public sealed interface Grant {

  /**
   * The attempt has all of its repositories.
   *
   * @param fences to be shown before every effect on each of them
   * @param preparation what it shares; empty for a use that shares nothing
   */
  record Granted(Map<RepositoryName, Long> fences, Optional<Preparation> preparation)
      implements Grant {
    public Granted {
      fences = Map.copyOf(fences);
    }
  }

  /** Another job prepares the same: it will be called when that is done. */
  record Batched(UUID batch, UUID leader) implements Grant {}

  /** It stands in line and will be called. */
  record Waiting(Blocker blocker) implements Grant {}
}
