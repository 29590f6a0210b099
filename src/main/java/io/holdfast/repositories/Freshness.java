package io.holdfast.repositories;

import org.jspecify.annotations.Nullable;

/** Whether a clone is as its remote was when asked. */
public sealed interface Freshness {

  /**
   * It is.
   *
   * @param commit of the branch asked for; null if the repository has no such branch, or no commit
   */
  record Current(Repository repository, @Nullable String commit) implements Freshness {}

  /** It could not be made or fetched. */
  record Failed(RepositoryName name, String reason) implements Freshness {}

  /** No such repository. */
  record Unregistered(RepositoryName name) implements Freshness {}
}
