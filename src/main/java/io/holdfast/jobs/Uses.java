package io.holdfast.jobs;

import io.holdfast.repositories.Release;
import java.util.Optional;

/** How long a job has its repositories. */
public enum Uses {
  /** It names none. */
  NONE,
  /** Until its workspace is made. */
  TO_PREPARE,
  /** {@code exclusive}: until it has ended. */
  TO_THE_END;

  static Uses of(JobSpec spec) {
    return of(!spec.repositories().isEmpty(), spec.exclusive());
  }

  public static Uses of(boolean any, boolean exclusive) {
    if (!any) {
      return NONE;
    }
    return exclusive ? TO_THE_END : TO_PREPARE;
  }

  /** What a change of the job's state means for them; empty if nothing. */
  Optional<Release> releasedBy(Transition change) {
    if (this == NONE) {
      return Optional.empty();
    }
    return switch (change.to()) {
      case COMPLETED, FAILED, TIMED_OUT, CANCELLED, LOST -> Optional.of(Release.DONE);
      case LAUNCHING -> this == TO_PREPARE ? Optional.of(Release.DONE) : Optional.empty();
      case QUEUED ->
          JobState.HELD.contains(change.from().state())
              ? Optional.of(Release.PAUSED)
              : Optional.empty();
      case CREATED, WAITING, BATCHED, PREPARING, RUNNING -> Optional.empty();
    };
  }
}
