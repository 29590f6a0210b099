package io.holdfast.cli.client;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object, read leniently: what is missing or of another type is empty, so
 * that an older client goes on reading a newer server.
 */
public record Fields(Map<?, ?> members) {

  static Fields of(@Nullable Object value) {
    return new Fields(value instanceof Map<?, ?> map ? map : Map.of());
  }

  public @Nullable Object get(String name) {
    return members.get(name);
  }

  /** The member as text; empty if missing or null. */
  public String text(String name) {
    Object value = members.get(name);
    return value == null ? "" : value.toString();
  }

  public @Nullable Long number(String name) {
    return members.get(name) instanceof Number number ? number.longValue() : null;
  }

  public boolean flag(String name) {
    return Boolean.TRUE.equals(members.get(name));
  }

  public @Nullable Instant time(String name) {
    try {
      return members.get(name) instanceof String text ? Instant.parse(text) : null;
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  public Fields object(String name) {
    return of(members.get(name));
  }

  public List<Fields> objects(String name) {
    return members.get(name) instanceof List<?> list
        ? list.stream().map(Fields::of).toList()
        : List.of();
  }

  /** The elements of an array (or the one value) as text, separated by commas. */
  public String joined(String name) {
    return members.get(name) instanceof List<?> list
        ? list.stream().map(String::valueOf).collect(Collectors.joining(", "))
        : text(name);
  }
}
