package io.holdfast.callbacks;

import java.time.Instant;

/** A sender whose tries are guarded. */
public record GuardedSender(Sender sender, TryGuard guard) implements Sender {

  @Override
  public Answer send(Parcel parcel, String url, Instant now) throws InterruptedException {
    return guard.call(() -> sender.send(parcel, url, now));
  }
}
