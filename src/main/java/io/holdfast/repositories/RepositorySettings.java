package io.holdfast.repositories;

import io.holdfast.platform.Settings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of this feature.
 *
 * @param home {@code holdfast.home}: holds {@code repositories/<name>}, {@code
 *     repositories/<name>.lock} and {@code staging/}
 * @param allowLocal {@code holdfast.repositories.allow-local}: accept absolute paths on the server
 *     as git URLs
 * @param cloneTimeout {@code holdfast.repositories.clone-timeout}; also the limit for copying a
 *     clone into a workspace
 * @param fetchTimeout {@code holdfast.repositories.fetch-timeout}
 */
public record RepositorySettings(
    Path home, boolean allowLocal, Duration cloneTimeout, Duration fetchTimeout) {

  public static final Duration DEFAULT_CLONE_TIMEOUT = Duration.ofMinutes(30);
  public static final Duration DEFAULT_FETCH_TIMEOUT = Duration.ofMinutes(10);

  public static RepositorySettings from(Settings settings, Path home) {
    Duration shortest = Duration.ofSeconds(1);
    Duration longest = Duration.ofDays(1);
    return new RepositorySettings(
        home,
        settings.flag("holdfast.repositories.allow-local", false),
        settings.duration(
            "holdfast.repositories.clone-timeout", DEFAULT_CLONE_TIMEOUT, shortest, longest),
        settings.duration(
            "holdfast.repositories.fetch-timeout", DEFAULT_FETCH_TIMEOUT, shortest, longest));
  }

  /**
   * @throws IllegalArgumentException naming the key of the bad value
   */
  public RepositorySettings {
    if (!home.isAbsolute()) {
      throw new IllegalArgumentException("holdfast.home must be absolute: " + home);
    }
    requireSecond("holdfast.repositories.clone-timeout", cloneTimeout);
    requireSecond("holdfast.repositories.fetch-timeout", fetchTimeout);
  }

  private static void requireSecond(String key, Duration value) {
    if (value.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(key + " must be at least one second: " + value);
    }
  }
}
