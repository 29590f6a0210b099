package io.holdfast.workspace;

import io.holdfast.repositories.Freshness;
import io.holdfast.repositories.RepositoryName;

/** Brings the clones that workspaces are copied from up to date. */
public interface Sources {

  /** Clones or fetches, or knows that somebody just did. */
  Freshness current(RepositoryName name) throws InterruptedException;

  /** Clones anew: a copy showed that the clone is damaged. */
  Freshness anew(RepositoryName name) throws InterruptedException;
}
