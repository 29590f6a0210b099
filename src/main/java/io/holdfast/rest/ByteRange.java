package io.holdfast.rest;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One range of bytes, RFC 9110 section 14.
 *
 * @param first -1 for "the last {@code last} bytes"
 * @param last Long.MAX_VALUE for "to the end"
 */
record ByteRange(long first, long last) {

  private static final Pattern FORM = Pattern.compile("(?i:bytes)=\\s*(\\d{0,18})-(\\d{0,18})\\s*");

  /** The bytes from {@code first} to {@code last}, both included. */
  record Part(long first, long last) {
    long length() {
      return last - first + 1;
    }
  }

  /** Empty for what a server may ignore: other units, several ranges, nonsense. */
  static Optional<ByteRange> parse(String header) {
    Matcher matcher = FORM.matcher(header);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String first = matcher.group(1);
    String last = matcher.group(2);
    if (first.isEmpty()) {
      return last.isEmpty()
          ? Optional.empty()
          : Optional.of(new ByteRange(-1, Long.parseLong(last)));
    }
    ByteRange range =
        new ByteRange(
            Long.parseLong(first), last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last));
    return range.last < range.first ? Optional.empty() : Optional.of(range);
  }

  /** What of {@code size} bytes is meant; empty if nothing. */
  Optional<Part> within(long size) {
    long from = first < 0 ? Math.max(0, size - last) : first;
    long to = first < 0 ? size - 1 : Math.min(last, size - 1);
    return from <= to && from < size ? Optional.of(new Part(from, to)) : Optional.empty();
  }
}
