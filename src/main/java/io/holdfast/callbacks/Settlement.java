package io.holdfast.callbacks;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a try ended, and how the delivery goes on.
 *
 * @param due when it is tried again; null if it has ended
 * @param counted false for what we could not try: it leaves no trace
 * @param reason why it failed; null if it has not
 */
public record Settlement(
    UUID id,
    UUID token,
    DeliveryState state,
    @Nullable Instant due,
    boolean counted,
    Instant at,
    Duration took,
    Answer answer,
    @Nullable String reason) {

  static Settlement of(Parcel parcel, Instant at, Duration took, Answer answer, Verdict verdict) {
    DeliveryState state = DeliveryState.PENDING;
    Instant due = null;
    boolean counted = true;
    String reason = null;
    if (verdict instanceof Verdict.Delivered) {
      state = DeliveryState.DELIVERED;
    } else if (verdict instanceof Verdict.Retry retry) {
      due = retry.at();
    } else if (verdict instanceof Verdict.Again again) {
      due = again.at();
      counted = false;
    } else if (verdict instanceof Verdict.Failed failed) {
      state = DeliveryState.FAILED;
      reason = failed.reason();
    } else if (verdict instanceof Verdict.Gone gone) {
      state = DeliveryState.FAILED;
      reason = gone.reason();
    }
    return new Settlement(
        parcel.id(), parcel.token(), state, due, counted, at, took, answer, reason);
  }
}
