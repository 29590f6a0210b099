package io.holdfast.jobs;

import io.holdfast.callbacks.EventType;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Where a job stands. The database refuses what {@link #canBecome} refuses (constraint
 * job_event_transition).
 */
public enum JobState {
  /** Accepted, not queued until it is started. */
  CREATED,
  /** In the queue. */
  QUEUED,
  /** A repository that it needs is locked. */
  WAITING,
  /** Another job prepares the same repository. */
  BATCHED,
  /** Claimed by a node; its workspace is being made. */
  PREPARING,
  /** Its launch is committed; whether it started is for the facts to say. */
  LAUNCHING,
  RUNNING,
  COMPLETED,
  FAILED,
  TIMED_OUT,
  CANCELLED,
  /** It ran, and its end was not observed by anyone. */
  LOST;

  /** The states of a job that occupies a slot of its node. */
  public static final Set<JobState> HELD = Set.of(PREPARING, LAUNCHING, RUNNING);

  public boolean canBecome(JobState next) {
    return successors().contains(next);
  }

  /** Ended; only FAILED and LOST can be queued again, as a new attempt. */
  public boolean isTerminal() {
    return switch (this) {
      case COMPLETED, FAILED, TIMED_OUT, CANCELLED, LOST -> true;
      case CREATED, QUEUED, WAITING, BATCHED, PREPARING, LAUNCHING, RUNNING -> false;
    };
  }

  /** What callbacks tell of a job that came here; empty if nothing. */
  public Optional<EventType> told() {
    return switch (this) {
      case CREATED, BATCHED, PREPARING, LAUNCHING -> Optional.empty();
      case QUEUED -> Optional.of(EventType.JOB_QUEUED);
      case WAITING -> Optional.of(EventType.JOB_WAITING);
      case RUNNING -> Optional.of(EventType.JOB_STARTED);
      case COMPLETED -> Optional.of(EventType.JOB_COMPLETED);
      case FAILED -> Optional.of(EventType.JOB_FAILED);
      case TIMED_OUT -> Optional.of(EventType.JOB_TIMED_OUT);
      case CANCELLED -> Optional.of(EventType.JOB_CANCELLED);
      case LOST -> Optional.of(EventType.JOB_LOST);
    };
  }

  private Set<JobState> successors() {
    return switch (this) {
      case CREATED -> EnumSet.of(QUEUED, CANCELLED);
      case QUEUED -> EnumSet.of(WAITING, BATCHED, PREPARING, CANCELLED);
      case WAITING -> EnumSet.of(QUEUED, BATCHED, PREPARING, CANCELLED);
      case BATCHED -> EnumSet.of(QUEUED, WAITING, PREPARING, FAILED, CANCELLED);
      case PREPARING -> EnumSet.of(QUEUED, LAUNCHING, FAILED, CANCELLED);
      case LAUNCHING -> EnumSet.of(QUEUED, RUNNING, FAILED, CANCELLED, LOST);
      case RUNNING -> EnumSet.of(COMPLETED, FAILED, TIMED_OUT, CANCELLED, LOST);
      case FAILED, LOST -> EnumSet.of(QUEUED);
      case COMPLETED, TIMED_OUT, CANCELLED -> EnumSet.noneOf(JobState.class);
    };
  }
}
