package io.holdfast.execution.process;

import io.holdfast.platform.Settings;
import java.time.Duration;

/**
 * What can be set of the local executor.
 *
 * @param heartbeat how often a runner rewrites its sentinel, 100 ms or more
 */
public record LocalSettings(Duration heartbeat) {
  public static final LocalSettings DEFAULTS = new LocalSettings(Duration.ofSeconds(30));

  /** {@code holdfast.execution.heartbeat}. */
  public static LocalSettings from(Settings settings) {
    return new LocalSettings(
        settings.duration(
            "holdfast.execution.heartbeat",
            DEFAULTS.heartbeat(),
            Duration.ofMillis(100),
            Duration.ofSeconds(60)));
  }

  public LocalSettings {
    if (heartbeat.compareTo(Duration.ofMillis(100)) < 0) {
      throw new IllegalArgumentException("a heartbeat every " + heartbeat + " is too often");
    }
  }

  String heartbeatSeconds() {
    return heartbeat.toSeconds() + "." + "%03d".formatted(heartbeat.toMillisPart());
  }
}
