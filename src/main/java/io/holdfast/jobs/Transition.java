package io.holdfast.jobs;

import io.holdfast.execution.Handle;
import io.holdfast.statistics.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One change of a job's state. It happens in one transaction with its event, its queue row and its
 * statistics, and only if the job is still as {@code from} says and, where a node holds it, that
 * node's epoch is still ours.
 *
 * @param detail becomes the event's text and, for an end, the job's reason
 * @param keepsPlace for QUEUED: back to its own place in the queue instead of the end
 */
public record Transition(
    JobRef from,
    JobState to,
    Instant at,
    @Nullable String detail,
    boolean keepsPlace,
    @Nullable Launch launch,
    @Nullable Instant startedAt,
    @Nullable End end) {

  /** What is stored before anything is started. */
  public record Launch(Handle handle, Instant deadline) {}

  /** What an ended attempt leaves. */
  public record End(@Nullable Integer exitCode, Instant endedAt, long outputBytes, Sample sample) {}

  public Transition {
    if (!from.state().canBecome(to)) {
      throw new IllegalArgumentException(
          "job " + from.id() + ": " + from.state() + " cannot become " + to);
    }
    if (to.isTerminal() != (end != null)) {
      throw new IllegalArgumentException("job " + from.id() + ": an end record belongs to " + to);
    }
  }

  /** CREATED, or an ended job that gets a new attempt, enters the queue at its end. */
  static Transition queued(JobRef job, Instant now, @Nullable String detail) {
    return new Transition(job, JobState.QUEUED, now, detail, false, null, null, null);
  }

  /** Puts a job whose attempt never ran, or was lost, back to its own place in the queue. */
  static Transition requeued(JobRef job, Instant now, String why) {
    return new Transition(job, JobState.QUEUED, now, why, true, null, null, null);
  }

  /** It stands in line for a repository. */
  static Transition waiting(JobRef job, Instant now, String why) {
    return new Transition(job, JobState.WAITING, now, why, false, null, null, null);
  }

  /** Another job prepares its repository for both. */
  static Transition batched(JobRef job, Instant now, UUID leader) {
    return new Transition(
        job, JobState.BATCHED, now, "prepared by job " + leader, false, null, null, null);
  }

  static Transition launching(JobRef job, Instant now, Handle handle, Instant deadline) {
    return new Transition(
        job, JobState.LAUNCHING, now, null, false, new Launch(handle, deadline), null, null);
  }

  static Transition started(JobRef job, Instant now, Instant startedAt, String evidence) {
    return new Transition(job, JobState.RUNNING, now, evidence, false, null, startedAt, null);
  }

  /** It ended as {@code outcome}, one of the terminal states. */
  static Transition ended(
      JobRef job, JobState outcome, Instant now, @Nullable String reason, End end) {
    return new Transition(job, outcome, now, reason, false, null, null, end);
  }

  /** It ended before anything ran. */
  static Transition endedUnrun(
      JobRef job, JobState outcome, Instant now, String reason, @Nullable Instant queuedAt) {
    Duration queueTime =
        queuedAt == null || queuedAt.isAfter(now) ? Duration.ZERO : Duration.between(queuedAt, now);
    return ended(
        job,
        outcome,
        now,
        reason,
        new End(null, now, 0, new Sample(null, null, null, queueTime, 0)));
  }
}
