package io.holdfast.rest;

import io.holdfast.platform.Position;
import io.holdfast.repositories.PlaceQuery;
import io.holdfast.repositories.RepositoryName;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A place in a list as an opaque text. */
final class Cursor {

  /** Before what the database cannot hold. */
  private static final Instant END_OF_TIME = Instant.parse("9999-12-31T23:59:59Z");

  private Cursor() {}

  static String ofPosition(Position position) {
    return encode(position.createdAt() + " " + position.id());
  }

  static @Nullable Position position(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    try {
      String[] parts = decode(cursor).split(" ", -1);
      if (parts.length == 2) {
        Position position = new Position(Instant.parse(parts[0]), UUID.fromString(parts[1]));
        if (ofPosition(position).equals(cursor)
            && position.createdAt().isAfter(Instant.EPOCH)
            && position.createdAt().isBefore(END_OF_TIME)) {
          return position;
        }
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      // said below
    }
    throw foreign();
  }

  /** Of a number in the queue. */
  static String ofNumber(long number) {
    return encode(Long.toString(number));
  }

  static long number(@Nullable String cursor) {
    if (cursor == null) {
      return 0;
    }
    try {
      long number = Long.parseLong(decode(cursor));
      if (number >= 0 && ofNumber(number).equals(cursor)) {
        return number;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw foreign();
  }

  /** Of a name by which a list is ordered. */
  static String ofName(String name) {
    return encode(name);
  }

  static @Nullable String name(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    try {
      String name = decode(cursor);
      if (!name.isEmpty() && name.indexOf('\0') < 0 && ofName(name).equals(cursor)) {
        return name;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw foreign();
  }

  static @Nullable RepositoryName repository(@Nullable String cursor) {
    String name = name(cursor);
    if (name != null && RepositoryName.objection(name).isPresent()) {
      throw foreign();
    }
    return name == null ? null : new RepositoryName(name);
  }

  /** Of a place in the line of a repository. */
  static String ofPlace(PlaceQuery.Position place) {
    return encode(place.repository() + " " + place.seq());
  }

  static PlaceQuery.@Nullable Position place(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    try {
      String[] parts = decode(cursor).split(" ", -1);
      if (parts.length == 2) {
        PlaceQuery.Position place =
            new PlaceQuery.Position(new RepositoryName(parts[0]), Long.parseLong(parts[1]));
        if (ofPlace(place).equals(cursor)) {
          return place;
        }
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw foreign();
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String cursor) {
    return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
  }

  private static ProblemException foreign() {
    return new ProblemException(
        Problem.Kind.INVALID_PARAMETER, "cursor was not made by this server");
  }
}
