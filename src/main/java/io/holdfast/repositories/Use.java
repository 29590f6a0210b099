package io.holdfast.repositories;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt of a job wants of its repositories.
 *
 * @param seq the job's number in the queue: its place in every line
 * @param attempt that would hold the locks
 * @param repositories all or none; none of them twice
 * @param branch what is to be prepared; null for the default branch
 * @param exclusive hold them to the end of the job, not only while they are prepared
 */
public record Use(
    UUID job,
    long seq,
    int attempt,
    List<RepositoryName> repositories,
    @Nullable BranchName branch,
    boolean exclusive) {

  public Use {
    repositories = List.copyOf(repositories);
    if (Set.copyOf(repositories).size() != repositories.size()) {
      throw new IllegalArgumentException("job " + job + " names a repository twice");
    }
  }

  /** It shares with nobody: exclusive, or several repositories at once. */
  public boolean whole() {
    return exclusive || repositories.size() > 1;
  }
}
