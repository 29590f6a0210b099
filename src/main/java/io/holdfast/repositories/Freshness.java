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

  /** There is nothing to copy from. */
  sealed interface Absent extends Freshness {

    /** In words, with the repository's name; for the job's user. */
    String why();
  }

  /** It could not be made or fetched. */
  record Failed(RepositoryName name, String reason) implements Absent {
    @Override
    public String why() {
      return "repository " + name + ": " + reason;
    }
  }

  /** No such repository. */
  record Unregistered(RepositoryName name) implements Absent {
    @Override
    public String why() {
      return "repository " + name + " is not registered";
    }
  }
}
