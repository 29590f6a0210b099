package io.holdfast.jobs;

import io.holdfast.execution.Observation;
import io.holdfast.execution.Observation.Exited;
import io.holdfast.execution.Observation.Lost;
import io.holdfast.execution.Observation.NeverStarted;
import io.holdfast.execution.Observation.Pending;
import io.holdfast.execution.Observation.Running;
import io.holdfast.execution.Observation.Unknown;
import io.holdfast.jobs.Step.Apply;
import io.holdfast.jobs.Step.Cancel;
import io.holdfast.jobs.Step.Finish;
import io.holdfast.jobs.Step.Nothing;
import io.holdfast.jobs.Step.RequestEnding;
import io.holdfast.jobs.Step.Revoke;
import io.holdfast.jobs.Transition.End;
import io.holdfast.statistics.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decides how a launched job goes on. The same decision serves the running server and the recovery.
 */
final class Progress {

  private final Limits limits;

  Progress(Limits limits) {
    this.limits = limits;
  }

  /** What follows from what is stored and what is seen. */
  Step decide(HeldJob job, Observation seen, Usage usage, Instant now) {
    return switch (job.ref().state()) {
      case LAUNCHING -> launching(job, seen, usage, now);
      case RUNNING -> running(job, job.ref(), job.startedAt(), seen, usage, now);
      case CREATED,
          QUEUED,
          WAITING,
          BATCHED,
          PREPARING,
          COMPLETED,
          FAILED,
          TIMED_OUT,
          CANCELLED,
          LOST ->
          new Nothing();
    };
  }

  /**
   * Its attempt provably never ran: back to its place in the queue, unless it was to end anyway.
   */
  Step neverStarted(HeldJob job, String why, Instant now) {
    if (job.ending() != null) {
      return apply(endedUnrun(job, job.ending(), now));
    }
    if (job.ref().attempt() >= limits.maxAttempts()) {
      return apply(
          Transition.endedUnrun(
              job.ref(),
              JobState.FAILED,
              now,
              "could not be started in " + job.ref().attempt() + " attempts: " + why,
              job.queuedAt()));
    }
    return apply(Transition.requeued(job.ref(), now, why));
  }

  /** The end, asked for by {@code ending}, of a job that never ran. */
  static Transition endedUnrun(HeldJob job, Ending ending, Instant now) {
    return switch (ending) {
      case CANCEL ->
          Transition.endedUnrun(
              job.ref(), JobState.CANCELLED, now, "cancelled before it started", job.queuedAt());
      case DEADLINE, OUTPUT_LIMIT ->
          Transition.endedUnrun(
              job.ref(),
              JobState.FAILED,
              now,
              "the deadline passed before it started",
              job.queuedAt());
    };
  }

  private Step launching(HeldJob job, Observation seen, Usage usage, Instant now) {
    if (seen instanceof Pending) {
      if (job.ending() == null && isPast(job.deadline(), now)) {
        return new RequestEnding(Ending.DEADLINE);
      }
      boolean impatient =
          job.launchedAt() != null && !now.isBefore(job.launchedAt().plus(limits.launchPatience()));
      return impatient || job.ending() != null ? new Revoke() : new Nothing();
    }
    if (seen instanceof NeverStarted never) {
      return neverStarted(job, never.evidence().summary(), now);
    }
    if (seen instanceof Running run) {
      return apply(Transition.started(job.ref(), now, run.startedAt(), run.evidence().summary()));
    }
    if (seen instanceof Exited exit) {
      Transition started =
          Transition.started(job.ref(), now, exit.startedAt(), exit.evidence().summary());
      Transition ended = exited(job, job.ref().after(JobState.RUNNING), exit, usage, now);
      return finish(job, List.of(started, ended), now);
    }
    return seen instanceof Lost lost
        ? lost(job, job.ref(), null, lost.evidence().summary(), usage, now)
        : new Nothing();
  }

  private Step running(
      HeldJob job,
      JobRef ref,
      @Nullable Instant startedAt,
      Observation seen,
      Usage usage,
      Instant now) {
    if (seen instanceof Exited exit) {
      return finish(job, List.of(exited(job, ref, exit, usage, now)), now);
    }
    if (seen instanceof Lost lost) {
      return lost(job, ref, startedAt, lost.evidence().summary(), usage, now);
    }
    if (seen instanceof NeverStarted never) {
      return lost(
          job, ref, startedAt, "stored as running, but: " + never.evidence().summary(), usage, now);
    }
    if (seen instanceof Pending || seen instanceof Unknown) {
      return new Nothing();
    }
    if (job.ending() != null && job.endingSince() != null) {
      return new Cancel(Duration.between(job.endingSince(), now));
    }
    if (isPast(job.deadline(), now)) {
      return new RequestEnding(Ending.DEADLINE);
    }
    return usage.outputBytes() > limits.maxOutput()
        ? new RequestEnding(Ending.OUTPUT_LIMIT)
        : new Nothing();
  }

  private static boolean isPast(@Nullable Instant deadline, Instant now) {
    return deadline != null && !now.isBefore(deadline);
  }

  /** A command that obeys its end may leave children that do not. */
  private static Step finish(HeldJob job, List<Transition> transitions, Instant now) {
    return job.endingSince() == null
        ? new Apply(transitions)
        : new Finish(Duration.between(job.endingSince(), now), transitions);
  }

  private Transition exited(HeldJob job, JobRef ref, Exited exit, Usage usage, Instant now) {
    Double cpuSeconds = exit.cpuSeconds().isPresent() ? exit.cpuSeconds().getAsDouble() : null;
    End end = end(job, exit.exitCode(), exit.startedAt(), exit.endedAt(), cpuSeconds, usage, now);
    if (job.ending() == null) {
      return exit.exitCode() == 0
          ? Transition.ended(ref, JobState.COMPLETED, now, null, end)
          : Transition.ended(ref, JobState.FAILED, now, exitReason(exit.exitCode()), end);
    }
    return forced(ref, job.ending(), end, now);
  }

  private Transition forced(JobRef ref, Ending ending, End end, Instant now) {
    return switch (ending) {
      case CANCEL -> Transition.ended(ref, JobState.CANCELLED, now, "cancelled", end);
      case DEADLINE -> Transition.ended(ref, JobState.TIMED_OUT, now, "the deadline passed", end);
      case OUTPUT_LIMIT ->
          Transition.ended(
              ref,
              JobState.FAILED,
              now,
              "it printed more than the limit of "
                  + limits.maxOutput()
                  + " bytes (holdfast.execution.max-output)",
              end);
    };
  }

  private Step lost(
      HeldJob job,
      JobRef ref,
      @Nullable Instant startedAt,
      String evidence,
      Usage usage,
      Instant now) {
    End end = end(job, null, startedAt, now, null, usage, now);
    if (job.ending() != null
        && (ref.state() == JobState.RUNNING || job.ending() == Ending.CANCEL)) {
      return apply(forced(ref, job.ending(), end, now));
    }
    Transition lost = Transition.ended(ref, JobState.LOST, now, evidence, end);
    boolean again =
        switch (job.onInterrupt()) {
          case FAIL -> false;
          case REQUEUE, RESUME -> ref.attempt() < limits.maxAttempts() && job.ending() == null;
        };
    return again
        ? new Apply(
            List.of(
                lost,
                Transition.requeued(
                    ref.after(JobState.LOST),
                    now,
                    "on_interrupt: " + job.onInterrupt().name().toLowerCase(Locale.ROOT))))
        : apply(lost);
  }

  private static End end(
      HeldJob job,
      @Nullable Integer exitCode,
      @Nullable Instant startedAt,
      Instant endedAt,
      @Nullable Double cpuSeconds,
      Usage usage,
      Instant now) {
    Instant launchedAt = job.launchedAt() == null ? now : job.launchedAt();
    boolean counted = job.ref().state() == JobState.RUNNING;
    return new End(
        exitCode,
        endedAt,
        usage.outputBytes(),
        new Sample(
            cpuSeconds,
            usage.peakMemoryBytes() == 0 ? null : usage.peakMemoryBytes(),
            startedAt == null ? null : atLeastZero(Duration.between(startedAt, endedAt)),
            atLeastZero(Duration.between(job.queuedAt(), launchedAt)),
            counted ? job.runningNow() : job.runningNow() + 1));
  }

  private static Duration atLeastZero(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  private static String exitReason(int code) {
    return code > 128 && code < 193
        ? "exit code " + code + " (signal " + (code - 128) + ")"
        : "exit code " + code;
  }

  private static Step apply(Transition transition) {
    return new Apply(List.of(transition));
  }
}
