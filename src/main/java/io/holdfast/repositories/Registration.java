package io.holdfast.repositories;

/** What became of a wish to register a repository. */
public sealed interface Registration {

  /** It is on disk, and its clone is being made. */
  record Registered(Repository repository) implements Registration {}

  /** The name is taken; nothing changed. */
  record AlreadyExists(RepositoryName name) implements Registration {}

  /** Name, URL or branch cannot be accepted; nothing changed. */
  record Refused(String reason) implements Registration {}
}
