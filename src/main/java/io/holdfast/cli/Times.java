package io.holdfast.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Times as people say them: {@code 3 min ago}, {@code 1 h 5 min}; and durations as they type them.
 */
final class Times {

  private static final Pattern PART = Pattern.compile("(\\d+)(ms|s|m|h|d)");

  private Times() {}

  static String ago(@Nullable Instant time, Instant now) {
    if (time == null) {
      return "-";
    }
    Duration age = Duration.between(time, now);
    if (age.isNegative()) {
      return "in " + span(age.negated());
    }
    return age.toSeconds() < 1 ? "now" : span(age) + " ago";
  }

  static String span(Duration span) {
    long seconds = span.toSeconds();
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min";
    }
    if (seconds < 86_400) {
      return seconds / 3600
          + " h"
          + (seconds % 3600 < 60 ? "" : " " + seconds % 3600 / 60 + " min");
    }
    return seconds / 86_400 + " d";
  }

  /**
   * {@code 90}, {@code 90s}, {@code 1h30m}, {@code 2d}; a bare number is seconds.
   *
   * @throws IllegalArgumentException if it is none of these, or zero
   */
  static Duration parse(String text) {
    Duration sum = Duration.ZERO;
    String parts = text.matches("\\d+") ? text + "s" : text;
    Matcher part = PART.matcher(parts);
    int end = 0;
    while (part.lookingAt()) {
      sum = sum.plus(part(Long.parseLong(part.group(1)), part.group(2)));
      end = part.end();
      part.region(end, parts.length());
    }
    if (end != parts.length() || sum.isZero()) {
      throw new IllegalArgumentException("not a duration: '" + text + "' (90s, 15m, 1h30m, 2d)");
    }
    return sum;
  }

  private static Duration part(long count, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
