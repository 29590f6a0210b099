package io.holdfast.rest;

import io.holdfast.repositories.RepositoryName;
import jakarta.ws.rs.core.UriInfo;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads what stands in URLs and headers; refuses it with the parameter's name. */
final class Parameters {

  /** Before what the database cannot hold. */
  private static final Instant END_OF_TIME = Instant.parse("9999-12-31T23:59:59Z");

  private static final int MAX_PAGE = 500;

  private Parameters() {}

  /** A text that is no id names no job. */
  static UUID jobId(String text) {
    return id(text, "job");
  }

  /** A text that is no id names nothing. */
  static UUID id(String text, String what) {
    return id(text).orElseThrow(() -> noSuch(what));
  }

  /** An id to search by; null stays null. */
  static @Nullable UUID uuid(String name, @Nullable String text) {
    return text == null ? null : id(text).orElseThrow(() -> refused(name, "must be an id"));
  }

  /** Empty for a text that is no id. */
  static Optional<UUID> id(String text) {
    try {
      return Optional.of(UUID.fromString(text))
          .filter(id -> id.toString().equals(text.toLowerCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static Instant instant(String name, String text) {
    try {
      Instant instant = Instant.parse(text);
      if (!instant.isBefore(Instant.EPOCH) && instant.isBefore(END_OF_TIME)) {
        return instant;
      }
    } catch (DateTimeException e) {
      // said below
    }
    throw refused(name, "must be a time such as 2026-11-24T08:00:00Z");
  }

  static ProblemException noSuchJob() {
    return noSuch("job");
  }

  static ProblemException noSuch(String what) {
    return new ProblemException(Problem.Kind.NOT_FOUND, "there is no " + what + " with this id");
  }

  /** A parameter that does not exist is a typing error: ignored, it would give another answer. */
  static void requireKnown(UriInfo uri, String... known) {
    for (String given : uri.getQueryParameters().keySet()) {
      if (!List.of(known).contains(given)) {
        throw refused(
            "'" + given + "'",
            "is not a parameter here; "
                + (known.length == 0 ? "there are none" : "known: " + List.of(known)));
      }
    }
  }

  /** How many items a page may have. */
  static int limit(String text) {
    return integer("limit", text, 1, MAX_PAGE);
  }

  /** A filter: no repository has a name that cannot be one. */
  static @Nullable RepositoryName repository(@Nullable String text) {
    if (text == null) {
      return null;
    }
    Optional<String> objection = RepositoryName.objection(text);
    if (objection.isPresent()) {
      throw refused("repository", "is none: " + objection.get());
    }
    return new RepositoryName(text);
  }

  static int integer(String name, String text, int min, int max) {
    return (int) whole(name, text, min, max);
  }

  static long whole(String name, String text, long min, long max) {
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw refused(name, "must be a whole number from " + min + " to " + max);
  }

  static <E extends Enum<E>> E oneOf(String name, String text, Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(text)) {
        return constant;
      }
    }
    throw refused(name, "must be one of " + Arrays.toString(type.getEnumConstants()));
  }

  static @Nullable String text(String name, @Nullable String text) {
    if (text != null && text.indexOf('\0') >= 0) {
      throw refused(name, "must not contain a NUL character");
    }
    return text;
  }

  private static ProblemException refused(String name, String why) {
    return new ProblemException(Problem.Kind.INVALID_PARAMETER, name + " " + why);
  }
}
