package io.holdfast.repositories;

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
