package io.holdfast.repositories;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The registered repositories. Every method works in the transaction of its caller. */
public interface RepositoryStore {

  /** False if the name is taken. Waits for a transaction that is registering or removing it. */
  boolean insert(Repository repository);

  Optional<Repository> find(RepositoryName name);

  /**
   * Those of these names that are registered; they stay so until the transaction ends. Waits for a
   * transaction that removes one.
   */
  Set<String> keep(Collection<String> names);

  /** {@link #find}, and the row stays locked until the transaction ends: nobody can keep it. */
  Optional<Repository> lock(RepositoryName name);

  /** All, by name. */
  List<Repository> list();

  /**
   * Writes state, reason and readyAt of {@code to}.
   *
   * @return false if this registration is gone or not in the state {@code from} any more: nothing
   *     is written then
   */
  boolean update(RepositoryState from, Repository to);

  /** Removes one registration. */
  void delete(Repository repository);
}
