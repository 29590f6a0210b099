package io.holdfast.callbacks;

/** Where a delivery stands. */
public enum DeliveryState {
  /** Due now or later. */
  PENDING,
  /** Being sent; after a crash it is PENDING again. */
  IN_FLIGHT,
  /** The receiver answered 2xx. */
  DELIVERED,
  /** Given up; kept until it is asked for again. */
  FAILED
}
