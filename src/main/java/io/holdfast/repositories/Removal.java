package io.holdfast.repositories;

import java.util.List;
import java.util.UUID;

/** What became of a wish to remove a repository. */
public sealed interface Removal {

  /** It is not registered any more; its clone goes in the background. */
  record Removed(RepositoryName name) implements Removal {}

  /** It was not registered. */
  record NotFound(RepositoryName name) implements Removal {}

  /** Jobs still need it; nothing changed. */
  record InUse(RepositoryName name, List<UUID> jobs) implements Removal {
    public InUse {
      jobs = List.copyOf(jobs);
    }
  }
}
