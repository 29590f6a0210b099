package io.holdfast.callbacks;

import io.holdfast.platform.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as it is shown.
 *
 * @param attempt of the job
 * @param url may hold secrets in its query; null if its endpoint was deleted
 * @param tries those that count
 */
public record Delivery(
    UUID id,
    @Nullable UUID job,
    int attempt,
    String event,
    @Nullable UUID endpoint,
    @Nullable String url,
    DeliveryState state,
    Instant due,
    int tries,
    @Nullable String reason,
    Instant createdAt,
    @Nullable Instant endedAt) {

  /**
   * One try.
   *
   * @param took null if a crash interrupted it
   * @param status null if there was no answer
   * @param answer the first 4 KiB of what came
   */
  public record Try(
      Instant at,
      @Nullable Duration took,
      @Nullable Integer status,
      @Nullable String error,
      @Nullable String answer) {}

  /** What is asked for; nulls do not restrict. */
  public record Query(
      @Nullable DeliveryState state,
      @Nullable UUID job,
      @Nullable UUID endpoint,
      @Nullable Position before,
      int limit) {}

  /**
   * All at once.
   *
   * @param oldestDue of those that could be sent now; null if there is none
   */
  public record Overview(
      long pending, long due, long inFlight, long failed, @Nullable Instant oldestDue) {}
}
