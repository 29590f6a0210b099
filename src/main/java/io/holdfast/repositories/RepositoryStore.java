package io.holdfast.repositories;

import java.util.List;
import java.util.Optional;

/** The registered repositories. Every method works in the transaction of its caller. */
public interface RepositoryStore {

  /** False if the name is taken. Waits for a transaction that is registering or removing it. */
  boolean insert(Repository repository);

  Optional<Repository> find(RepositoryName name);

  /**
   * {@link #find}, and the row stays locked until the transaction ends: what refers to it by
   * foreign key is inserted before or after, never meanwhile.
   */
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
