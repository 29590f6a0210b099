package io.holdfast.rest;

import io.holdfast.platform.Settings;
import java.time.Duration;

/**
 * Settings of the API.
 *
 * @param maxBody {@code holdfast.http.max-body}: bytes of a request's body, default 8 MiB
 * @param maxFollowers {@code holdfast.http.max-followers}: live output streams at once, default 200
 * @param heartbeat {@code holdfast.http.stream-heartbeat}: comment on a silent live stream, default
 *     15 s
 */
public record HttpSettings(long maxBody, int maxFollowers, Duration heartbeat) {

  public static HttpSettings from(Settings settings) {
    return new HttpSettings(
        settings.bytes("holdfast.http.max-body", 8L << 20, 1024),
        settings.integer("holdfast.http.max-followers", 200, 1, 10_000),
        settings.duration(
            "holdfast.http.stream-heartbeat",
            Duration.ofSeconds(15),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5)));
  }
}
