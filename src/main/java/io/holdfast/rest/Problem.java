package io.holdfast.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * An RFC 9457 problem. The types are listed in docs/problems.md.
 *
 * @param errors the single fields that are wrong, empty for most types
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Problem(String type, String title, int status, String detail, List<FieldError> errors) {

  static final String MEDIA_TYPE = "application/problem+json";

  record FieldError(String field, String detail) {
    FieldError {
      field = sendable(field);
      detail = sendable(detail);
    }
  }

  Problem {
    detail = sendable(detail);
    errors = List.copyOf(errors);
  }

  /** It may quote the client, whose text may have half of a surrogate pair: that becomes "?". */
  private static String sendable(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /** The kinds of problems; the name, in lower case with dashes, ends the type's URN. */
  enum Kind {
    MALFORMED_JSON(400, "The body is not valid JSON"),
    UNKNOWN_FIELD(400, "The body has a field that does not exist"),
    WRONG_TYPE(400, "A value has the wrong type"),
    INVALID_PARAMETER(400, "A parameter of the URL or a header cannot be used"),
    INVALID_VALUE(422, "A value cannot be used"),
    UNKNOWN_ENGINE(422, "There is no such engine"),
    UNKNOWN_REPOSITORY(422, "There is no such repository"),
    REPOSITORY_UNAVAILABLE(409, "Repository unavailable"),
    UNAUTHORIZED(401, "A valid bearer token is needed"),
    NOT_FOUND(404, "There is no such resource"),
    WRONG_STATE(409, "The job's state does not allow this"),
    ALREADY_EXISTS(409, "That name is taken"),
    IN_USE(409, "Jobs still need it"),
    IDEMPOTENCY_KEY_REUSED(422, "The Idempotency-Key was used for another request"),
    BODY_TOO_LARGE(413, "The body is too large"),
    RANGE_NOT_SATISFIABLE(416, "The output is shorter than that"),
    INSUFFICIENT_STORAGE(507, "The server's disk is full"),
    NOT_READY(503, "The server is not ready"),
    HTTP(0, "The request cannot be served"),
    INTERNAL(500, "The server failed");

    private final int status;
    private final String title;

    Kind(int status, String title) {
      this.status = status;
      this.title = title;
    }

    int status() {
      return status;
    }

    String urn() {
      return "urn:holdfast:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** What HTTP itself refuses: the status is HTTP's, the kind the one that documents it. */
  static Problem http(int status, String detail) {
    Kind kind =
        switch (status) {
          case 401, 403 -> Kind.UNAUTHORIZED;
          case 404 -> Kind.NOT_FOUND;
          case 413 -> Kind.BODY_TOO_LARGE;
          case 500 -> Kind.INTERNAL;
          case 503 -> Kind.NOT_READY;
          default -> Kind.HTTP;
        };
    return new Problem(kind.urn(), kind.title, status, detail, List.of());
  }

  static Problem of(Kind kind, String detail) {
    return new Problem(kind.urn(), kind.title, kind.status, detail, List.of());
  }

  static Problem of(Kind kind, String detail, List<FieldError> errors) {
    return new Problem(kind.urn(), kind.title, kind.status, detail, errors);
  }
}
