package io.holdfast.callbacks;

import java.time.Instant;

/** Sends over the network. */
public interface Sender {

  /**
   * One try, bounded in time and memory whatever the receiver does. The receiver may have got it
   * whatever is answered.
   *
   * @param now stands in the signature
   * @throws InterruptedException if the server stops
   */
  Answer send(Parcel parcel, String url, Instant now) throws InterruptedException;
}
