package io.holdfast.callbacks;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides what follows from an answer. */
record Classification(RetrySchedule schedule) {

  /** A receiver cannot put us off for longer. */
  static final Duration LONGEST_WAIT = Duration.ofHours(1);

  /** After a fault of our own. */
  static final Duration OWN_FAULT = Duration.ofSeconds(5);

  /**
   * @param made tries that count, this one included
   */
  Verdict of(Answer answer, int made, Instant now) {
    if (answer instanceof Answer.Status status) {
      return of(status, made, now);
    }
    if (answer instanceof Answer.None none) {
      return retry(none.error(), null, made, now);
    }
    if (answer instanceof Answer.Forbidden forbidden) {
      return new Verdict.Failed(forbidden.error());
    }
    return new Verdict.Again(now.plus(OWN_FAULT));
  }

  private Verdict of(Answer.Status status, int made, Instant now) {
    int code = status.code();
    if (code >= 200 && code < 300) {
      return new Verdict.Delivered();
    }
    if (code == 410) {
      return new Verdict.Gone("it answered 410: it wants no more");
    }
    if (isTransient(code)) {
      Instant asked =
          Optional.ofNullable(status.retryAfter())
              .flatMap(header -> RetryAfter.read(header, now, LONGEST_WAIT))
              .orElse(null);
      return retry("it answered " + code, asked, made, now);
    }
    return new Verdict.Failed(
        code >= 300 && code < 400
            ? "it answered " + code + ": redirects are not followed"
            : "it answered " + code);
  }

  private static boolean isTransient(int code) {
    return code == 408 || code == 425 || code == 429 || code >= 500;
  }

  /** The later of what the schedule says and what was asked for. */
  private Verdict retry(String why, @Nullable Instant asked, int made, Instant now) {
    Instant next = schedule.next(made, now).orElse(null);
    if (next == null) {
      return new Verdict.Failed(why + ", at the last of " + made + " tries");
    }
    return new Verdict.Retry(asked != null && asked.isAfter(next) ? asked : next);
  }

  /** Whether whoever answered so is in trouble. */
  static boolean healthy(Answer answer) {
    return answer instanceof Answer.Status status && !isTransient(status.code());
  }
}
