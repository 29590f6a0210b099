package io.holdfast.jobs;

import io.holdfast.repositories.BranchName;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.repositories.Use;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job at the head of the queue, as narrow as a claim needs it.
 *
 * @param seq its number in the queue
 */
public record Queued(
    JobRef ref, long seq, List<String> repositories, @Nullable String branch, boolean exclusive) {
  public Queued {
    repositories = List.copyOf(repositories);
  }

  /** What its next attempt wants. */
  Use use() {
    return new Use(
        ref.id(),
        seq,
        ref.attempt() + 1,
        repositories.stream().map(RepositoryName::new).toList(),
        branch == null ? null : new BranchName(branch),
        exclusive);
  }
}
