package io.holdfast.jobs;

import io.holdfast.platform.Settings;
import java.time.Duration;

/**
 * Settings of jobs.
 *
 * @param slots {@code holdfast.jobs.max-concurrent}: jobs that this node holds at once, 1 to
 *     10,000, default 4
 * @param defaultTimeout {@code holdfast.jobs.default-timeout}: for jobs that name none, default 24
 *     h
 * @param reconcileEvery {@code holdfast.jobs.reconcile-every}: the slow loop behind the hints,
 *     default 1 s
 */
public record JobSettings(
    int slots, Duration defaultTimeout, Duration reconcileEvery, Limits limits) {

  public static JobSettings from(Settings settings) {
    return new JobSettings(
        settings.integer("holdfast.jobs.max-concurrent", 4, 1, 10_000),
        settings.duration(
            "holdfast.jobs.default-timeout",
            Duration.ofHours(24),
            Duration.ofSeconds(1),
            Admission.MAX_TIMEOUT),
        settings.duration(
            "holdfast.jobs.reconcile-every",
            Duration.ofSeconds(1),
            Duration.ofMillis(50),
            Duration.ofMinutes(1)),
        new Limits(
            settings.bytes("holdfast.execution.max-output", 1L << 30, 1),
            settings.duration(
                "holdfast.execution.cancel-grace",
                Duration.ofSeconds(10),
                Duration.ZERO,
                Duration.ofHours(1)),
            settings.duration(
                "holdfast.execution.launch-patience",
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                Duration.ofHours(1)),
            settings.integer("holdfast.jobs.max-attempts", 10, 1, 1000)));
  }
}
