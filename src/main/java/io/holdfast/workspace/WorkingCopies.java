package io.holdfast.workspace;

import io.holdfast.repositories.BranchName;
import io.holdfast.repositories.GitFailed;
import io.holdfast.repositories.GitUrl;
import io.holdfast.repositories.RepositoryName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes and removes working copies on disk. Work in one job's directory excludes other work there,
 * also that of a server that was killed and whose git lives on.
 */
public interface WorkingCopies {

  /**
   * A copy to make.
   *
   * @param lock the job's lock file
   * @param target does not exist; its parent does
   * @param origin what the copy's {@code origin} points to
   * @param branch null for the default branch of the remote
   * @param commit that the branch is to be at, as long as the clone has it; null for where it is
   */
  record Copy(
      RepositoryName repository,
      Path lock,
      Path target,
      GitUrl origin,
      @Nullable BranchName branch,
      @Nullable String commit) {}

  /**
   * Copies, checks out and syncs.
   *
   * @return the commit that is checked out; empty if the repository has none
   * @throws GitFailed with {@code cloneUsable() == false} if the clone is missing or damaged
   */
  Optional<String> make(Copy copy) throws GitFailed, InterruptedException;

  /** Removes trees; symbolic links in them and in their place are removed, not followed. */
  void remove(Path lock, List<Path> trees) throws GitFailed, InterruptedException;
}
