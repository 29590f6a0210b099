package io.holdfast.repositories;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server's clones on disk. A clone is made in a staging directory and renamed: a crash at any
 * point leaves none or a whole one. Calls on one name exclude each other, also those of a server
 * that was killed and whose git lives on. Every call may be repeated, and an interrupted thread
 * ends its git.
 *
 * <p>A {@link GitUnreachable} is transient: see {@link RemoteClones}.
 */
public interface Clones {

  /** Makes the clone, unless there is a usable one of this URL. */
  void create(RepositoryName name, GitUrl url) throws GitFailed, InterruptedException;

  /** Fetches; makes the clone first if there is no usable one of this URL. */
  void refresh(RepositoryName name, GitUrl url) throws GitFailed, InterruptedException;

  /** Makes the clone even if there is one: its content is damaged. */
  void renew(RepositoryName name, GitUrl url) throws GitFailed, InterruptedException;

  /**
   * The commit that a branch of the clone is at; empty if it has no such branch.
   *
   * @param branch null for the default branch of the remote
   */
  Optional<String> commit(RepositoryName name, @Nullable BranchName branch)
      throws GitFailed, InterruptedException;

  /** Removes clone and staging directory, if there are any. */
  void remove(RepositoryName name) throws GitFailed, InterruptedException;

  /** The names that have a clone or a staging directory on disk. */
  Set<RepositoryName> present() throws IOException;
}
