package io.holdfast.jobs;

import io.holdfast.jobs.Violation.Kind;
import io.holdfast.repositories.Lines;
import io.holdfast.repositories.Repositories;
import io.holdfast.repositories.Repository;
import io.holdfast.repositories.RepositoryName;
import java.util.Optional;

/** Whether a job may name a repository. */
public record NamedRepositories(Repositories repositories, Lines lines) {

  /** What stands against it, if anything. */
  public Optional<Violation> objection(String name) {
    Optional<String> malformed = RepositoryName.objection(name);
    if (malformed.isPresent()) {
      return refused(Kind.INVALID_VALUE, malformed.get());
    }
    Optional<Repository> found = repositories.find(new RepositoryName(name));
    if (found.isEmpty()) {
      return Optional.of(unknown(name));
    }
    return switch (found.get().state()) {
      case CLONING, READY ->
          lines.objection(found.get().name()).flatMap(NamedRepositories::unavailable);
      case FAILED, UNAVAILABLE -> unavailable(String.valueOf(found.get().reason()));
    };
  }

  static Violation unknown(String name) {
    return new Violation(
        Kind.UNKNOWN_REPOSITORY, "repositories", "no repository is called '" + name + "'");
  }

  private static Optional<Violation> unavailable(String reason) {
    return refused(Kind.REPOSITORY_UNAVAILABLE, "Repository unavailable: " + reason);
  }

  private static Optional<Violation> refused(Kind kind, String detail) {
    return Optional.of(new Violation(kind, "repositories", detail));
  }
}
