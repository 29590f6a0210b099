package io.holdfast.repositories;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A branch, by the rules of {@code git check-ref-format --branch}, read as a plain name: no
 * {@code @{-1}} shorthand, no leading dash, and short enough to be a file name.
 */
public record BranchName(String value) {

  private static final Pattern FORBIDDEN_CHARACTER =
      Pattern.compile("[\\x00-\\x20\\x7f~^:?*\\[\\\\]");
  private static final int MAXIMUM_BYTES = 240;

  /**
   * @throws IllegalArgumentException with the {@link #objection}
   */
  public BranchName {
    objection(value)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
  }

  /** Why {@code text} cannot be a branch; empty if it can. */
  public static Optional<String> objection(String text) {
    if (text.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > MAXIMUM_BYTES) {
      return Optional.of("a branch name has 1 to " + MAXIMUM_BYTES + " bytes");
    }
    if (text.startsWith("-")) {
      return Optional.of("a branch name must not begin with '-'");
    }
    if (text.equals("HEAD") || text.equals("@")) {
      return Optional.of("'" + text + "' is not a branch name");
    }
    if (FORBIDDEN_CHARACTER.matcher(text).find() || loneSurrogate(text)) {
      return Optional.of(
          "a branch name must not contain spaces, control characters or any of ~ ^ : ? * [ \\");
    }
    if (text.contains("..") || text.contains("@{")) {
      return Optional.of("a branch name must not contain '..' or '@{'");
    }
    if (text.endsWith(".")) {
      return Optional.of("a branch name must not end with '.'");
    }
    for (String part : text.split("/", -1)) {
      if (part.isEmpty() || part.startsWith(".") || part.endsWith(".lock")) {
        return Optional.of(
            "a part of a branch name must not be empty, begin with '.' or end in '.lock'");
      }
    }
    return Optional.empty();
  }

  private static boolean loneSurrogate(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  @Override
  public String toString() {
    return value;
  }
}
