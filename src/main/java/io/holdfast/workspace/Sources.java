package io.holdfast.workspace;

import io.holdfast.repositories.Freshness;
import io.holdfast.repositories.RepositoryName;

/**
 * The clones that one workspace is copied from, for as long as its job has a right to them. Every
 * method throws an unchecked exception if it has none any more.
 */
public interface Sources {

  /** Clones or fetches, or knows that somebody just did. */
  Freshness current(RepositoryName name) throws InterruptedException;

  /** Clones anew: a copy showed that the clone is damaged. */
  Freshness anew(RepositoryName name) throws InterruptedException;

  /** Called right before the finished workspace appears. */
  void confirm();
}
