package io.holdfast.rest;

import io.holdfast.jobs.JobQuery.Position;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/** A place in the list of jobs as an opaque text. */
final class Cursor {

  /** Before what the database cannot hold. */
  private static final Instant END_OF_TIME = Instant.parse("9999-12-31T23:59:59Z");

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
        Position position = new Position(Instant.parse(parts[0]), UUID.fromString(parts[1]));
        if (write(position).equals(cursor)
            && position.createdAt().isAfter(Instant.EPOCH)
            && position.createdAt().isBefore(END_OF_TIME)) {
          return position;
        }
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      // said below
    }
    throw new ProblemException(
        Problem.Kind.INVALID_PARAMETER, "cursor was not made by this server");
  }
}
