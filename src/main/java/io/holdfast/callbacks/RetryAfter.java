package io.holdfast.callbacks;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/** The header Retry-After of RFC 9110, 10.2.3: seconds or a date. */
final class RetryAfter {

  private static final Pattern SECONDS = Pattern.compile("\\d+");

  private static final long MANY = 1_000_000_000;

  private RetryAfter() {}

  /** Empty where it makes no sense; never more than {@code cap} from now. */
  static Optional<Instant> read(String header, Instant now, Duration cap) {
    String text = header.strip();
    try {
      Instant at =
          SECONDS.matcher(text).matches()
              ? now.plusSeconds(text.length() > 9 ? MANY : Long.parseLong(text))
              : ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Instant latest = now.plus(cap);
      return Optional.of(at.isAfter(latest) ? latest : at);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
