package io.holdfast.repositories;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a registered repository: lower-case letters, digits, dot, underscore and dash, at
 * most 63 characters. It is a directory name, so {@code ..} and the suffix {@code .lock} are
 * refused.
 */
public record RepositoryName(String value) implements Comparable<RepositoryName> {

  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  /**
   * @throws IllegalArgumentException with the {@link #objection}
   */
  public RepositoryName {
    objection(value)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
  }

  /** Why {@code text} cannot be a name; empty if it can. */
  public static Optional<String> objection(String text) {
    if (!FORM.matcher(text).matches()) {
      return Optional.of(
          "a repository name has 1 to 63 of a-z, 0-9, '.', '_', '-' and begins with a letter or"
              + " digit");
    }
    if (text.contains("..")) {
      return Optional.of("a repository name must not contain '..'");
    }
    if (text.endsWith(".lock")) {
      return Optional.of("a repository name must not end in '.lock'");
    }
    return Optional.empty();
  }

  /** The variable in which a job finds its working copy of this repository. */
  public String environmentVariable() {
    return "HOLDFAST_WORKSPACE_" + value.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  @Override
  public int compareTo(RepositoryName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
