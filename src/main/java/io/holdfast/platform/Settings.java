package io.holdfast.platform;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Typed, checked access to settings. A bad value throws {@link BadSetting} with the key's name,
 * which stops the start.
 */
public final class Settings {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");
  private static final Pattern BYTES = Pattern.compile("(\\d{1,15})\\s*([KMGT]i?B|B)?");

  private final Function<String, Optional<String>> source;

  public Settings(Function<String, Optional<String>> source) {
    this.source = source;
  }

  /** A value that cannot be used. */
  public static final class BadSetting extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadSetting(String key, String value, String expected) {
      super("setting " + key + " is '" + value + "', expected " + expected);
    }
  }

  public String text(String key, String otherwise) {
    return source.apply(key).map(String::strip).filter(value -> !value.isEmpty()).orElse(otherwise);
  }

  public boolean flag(String key, boolean otherwise) {
    String value = text(key, String.valueOf(otherwise)).toLowerCase(Locale.ROOT);
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new BadSetting(key, value, "true or false");
    };
  }

  public int integer(String key, int otherwise, int min, int max) {
    String value = text(key, String.valueOf(otherwise));
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new BadSetting(key, value, "a whole number from " + min + " to " + max);
  }

  /**
   * {@code 500ms}, {@code 30s}, {@code 10m}, {@code 2h}, {@code 1d}, or ISO 8601 such as {@code
   * PT30S}.
   */
  public Duration duration(String key, Duration otherwise, Duration min, Duration max) {
    return duration(key, text(key, otherwise.toString()), min, max);
  }

  /** Durations with commas between them. An empty list is written as {@code none}. */
  public List<Duration> durations(
      String key, List<Duration> otherwise, Duration min, Duration max) {
    String value = text(key, "");
    if (value.isEmpty()) {
      return otherwise;
    }
    return value.equals("none")
        ? List.of()
        : Stream.of(value.split(",", -1))
            .map(each -> duration(key, each.strip(), min, max))
            .toList();
  }

  /**
   * A value that its feature reads.
   *
   * @param read throws IllegalArgumentException if it cannot
   */
  public <T> T checked(String key, String otherwise, Function<String, T> read, String expected) {
    String value = text(key, otherwise);
    try {
      return read.apply(value);
    } catch (IllegalArgumentException e) {
      throw new BadSetting(key, value, expected);
    }
  }

  private static Duration duration(String key, String value, Duration min, Duration max) {
    Duration duration = parseDuration(key, value);
    if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
      throw new BadSetting(key, value, "a duration from " + min + " to " + max);
    }
    return duration;
  }

  private static Duration parseDuration(String key, String value) {
    Matcher matcher = DURATION.matcher(value);
    try {
      if (!matcher.matches()) {
        return Duration.parse(value);
      }
      long number = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(number);
        case "s" -> Duration.ofSeconds(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        default -> Duration.ofDays(number);
      };
    } catch (DateTimeParseException e) {
      throw new BadSetting(key, value, "a duration such as 30s, 10m or 2h");
    }
  }

  /** {@code 1048576}, {@code 64KiB}, {@code 1GiB}; KB, MB, GB, TB mean the same powers of 1024. */
  public long bytes(String key, long otherwise, long min) {
    String value = text(key, String.valueOf(otherwise));
    Matcher matcher = BYTES.matcher(value);
    if (matcher.matches()) {
      String unit = matcher.group(2) == null ? "B" : matcher.group(2);
      int shift =
          switch (unit.charAt(0)) {
            case 'K' -> 10;
            case 'M' -> 20;
            case 'G' -> 30;
            case 'T' -> 40;
            default -> 0;
          };
      long number = Long.parseLong(matcher.group(1));
      if (number <= Long.MAX_VALUE >> shift && number << shift >= min) {
        return number << shift;
      }
    }
    throw new BadSetting(key, value, "a size of at least " + min + " bytes, such as 64KiB or 1GiB");
  }

  public Path path(String key, Path otherwise) {
    String value = text(key, otherwise.toString());
    try {
      return Path.of(value).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new BadSetting(key, value, "a path");
    }
  }
}
