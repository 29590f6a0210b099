package io.holdfast.repositories;

/** Whether a clone is as its remote was when asked. */
public sealed interface Freshness {

  /** It is. */
  record Current(Repository repository) implements Freshness {}

  /** It could not be made or fetched. */
  record Failed(RepositoryName name, String reason) implements Freshness {}

  /** No such repository. */
  record Unregistered(RepositoryName name) implements Freshness {}
}
