package io.holdfast.jobs;

/**
 * Why a submit is refused.
 *
 * @param field as the client wrote it, for example {@code environment.PATH}
 */
public record Violation(Kind kind, String field, String detail) {

  /** Each is a problem type of its own. */
  public enum Kind {
    INVALID_VALUE,
    UNKNOWN_ENGINE,
    UNKNOWN_REPOSITORY,
    REPOSITORY_UNAVAILABLE
  }
}
