package io.holdfast.callbacks;

import java.time.Instant;

/** What follows from a try. */
sealed interface Verdict {

  record Delivered() implements Verdict {}

  /** The try counts, and there is another. */
  record Retry(Instant at) implements Verdict {}

  /** Kept as failed until someone asks to deliver it again. */
  record Failed(String reason) implements Verdict {}

  /** Failed, and nothing more is to be sent there. */
  record Gone(String reason) implements Verdict {}

  /** The try does not count. */
  record Again(Instant at) implements Verdict {}
}
