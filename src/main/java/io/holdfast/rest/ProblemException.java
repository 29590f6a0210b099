package io.holdfast.rest;

import java.util.List;

/** Ends a request with a problem; nothing was changed. */
final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  ProblemException(Problem problem) {
    super(problem.detail());
    this.problem = problem;
  }

  ProblemException(Problem.Kind kind, String detail) {
    this(Problem.of(kind, detail));
  }

  /** One value that cannot be used. */
  static ProblemException invalid(String field, String detail) {
    return new ProblemException(
        Problem.of(
            Problem.Kind.INVALID_VALUE,
            field + " " + detail,
            List.of(new Problem.FieldError(field, detail))));
  }

  Problem problem() {
    return problem;
  }
}
