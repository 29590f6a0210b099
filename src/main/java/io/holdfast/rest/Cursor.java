package io.holdfast.rest;

import io.holdfast.jobs.JobQuery.Position;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/** A place in the list of jobs as an opaque text. */
final class Cursor {

  private Cursor() {}

  static String write(Position position) {
    String text = position.createdAt() + " " + position.id();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static Position read(String cursor) {
    try {
      String[] parts =
          new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split(" ", -1);
      if (parts.length == 2) {
        return new Position(Instant.parse(parts[0]), UUID.fromString(parts[1]));
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      // said below
    }
    throw new ProblemException(
        Problem.Kind.INVALID_PARAMETER, "cursor was not made by this server");
  }
}
