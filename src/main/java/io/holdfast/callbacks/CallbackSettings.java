package io.holdfast.callbacks;

import io.holdfast.platform.Settings;
import java.time.Duration;
import java.util.List;

/**
 * Settings of callbacks.
 *
 * @param retryDelays {@code holdfast.callbacks.retry-delays}: before the second try, the third,
 *     ...; default 30 s, 2 min, 10 min
 * @param timeout {@code holdfast.callbacks.timeout}: of a whole try, default 30 s
 * @param maxConcurrent {@code holdfast.callbacks.max-concurrent}: tries at once, default 128
 * @param maxPerEndpoint {@code holdfast.callbacks.max-per-endpoint}: of these to one endpoint or
 *     host, default 16
 * @param breakerThreshold {@code holdfast.callbacks.breaker-threshold}: failures in a row that open
 *     the breaker, default 10
 * @param breakerPause {@code holdfast.callbacks.breaker-pause}: how long it stays open, default 30
 *     s
 * @param allowAddresses {@code holdfast.callbacks.allow-addresses}
 * @param retention {@code holdfast.callbacks.retention}: of what was delivered, default 7 days
 * @param links {@code holdfast.callbacks.public-url}: what the links in a payload begin with
 */
public record CallbackSettings(
    List<Duration> retryDelays,
    Duration timeout,
    int maxConcurrent,
    int maxPerEndpoint,
    int breakerThreshold,
    Duration breakerPause,
    AddressPolicy allowAddresses,
    Duration retention,
    String links) {
  public CallbackSettings {
    retryDelays = List.copyOf(retryDelays);
  }

  public static CallbackSettings from(Settings settings) {
    return new CallbackSettings(
        settings.durations(
            "holdfast.callbacks.retry-delays",
            List.of(Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofMinutes(10)),
            Duration.ZERO,
            Duration.ofDays(30)),
        settings.duration(
            "holdfast.callbacks.timeout",
            Duration.ofSeconds(30),
            Duration.ofMillis(100),
            Duration.ofMinutes(10)),
        settings.integer("holdfast.callbacks.max-concurrent", 128, 1, 1000),
        settings.integer("holdfast.callbacks.max-per-endpoint", 16, 1, 1000),
        settings.integer("holdfast.callbacks.breaker-threshold", 10, 1, 1_000_000),
        settings.duration(
            "holdfast.callbacks.breaker-pause",
            Duration.ofSeconds(30),
            Duration.ofMillis(100),
            Duration.ofHours(1)),
        settings.checked(
            "holdfast.callbacks.allow-addresses",
            "",
            AddressPolicy::allowing,
            "addresses and ranges such as 127.0.0.0/8,::1"),
        settings.duration(
            "holdfast.callbacks.retention",
            Duration.ofDays(7),
            Duration.ofSeconds(1),
            Duration.ofDays(3650)),
        settings.text("holdfast.callbacks.public-url", "").replaceFirst("/+$", ""));
  }
}
