package io.holdfast.rest;

import io.holdfast.jobs.Job;
import io.holdfast.jobs.JobState;
import io.holdfast.repositories.Blocker;
import io.holdfast.repositories.Standing;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job as the API shows it. Prompt and environment stay inside: they may hold secrets. */
record JobView(
    UUID id,
    @Nullable String title,
    JobState state,
    String engine,
    List<String> command,
    List<String> repositories,
    @Nullable String branch,
    boolean exclusive,
    String onInterrupt,
    long timeoutSeconds,
    String owner,
    int attempt,
    @Nullable UUID sessionId,
    @Nullable Long queuePosition,
    @Nullable WaitingFor waitingFor,
    @Nullable Integer exitCode,
    @Nullable String reason,
    long outputBytes,
    Instant createdAt,
    @Nullable Instant queuedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Instant deadline,
    @Nullable UUID batchId) {

  /**
   * What a job in line waits for: the first of its repositories that it cannot have, and the job
   * that has it, is to get it first, or prepares it for all of its batch.
   */
  record WaitingFor(
      String repository,
      long position,
      @Nullable UUID blockedBy,
      Instant since,
      @Nullable String why) {

    static WaitingFor of(Standing standing) {
      Blocker blocker = standing.blocker();
      return new WaitingFor(
          standing.repository().value(),
          standing.position(),
          blocker == null ? null : blocker.job(),
          standing.since(),
          blocker == null ? null : blocker.why());
    }
  }

  /** A page of jobs; {@code nextCursor} is null at the end. */
  record Page(List<JobView> jobs, @Nullable String nextCursor) {}

  /** Jobs that were submitted together. */
  record Submitted(List<JobView> jobs) {}

  static JobView of(
      Job job, @Nullable Long queuePosition, @Nullable Standing standing, long outputBytes) {
    return new JobView(
        job.id(),
        job.spec().title(),
        job.state(),
        job.spec().engine(),
        job.spec().command(),
        job.spec().repositories(),
        job.spec().branch(),
        job.spec().exclusive(),
        SubmitRequest.wire(job.spec().onInterrupt()),
        job.spec().timeout().toSeconds(),
        job.owner(),
        job.attempt(),
        job.session(),
        queuePosition,
        standing == null ? null : WaitingFor.of(standing),
        job.exitCode(),
        job.reason(),
        outputBytes,
        job.createdAt(),
        job.queuedAt(),
        job.startedAt(),
        job.endedAt(),
        job.deadline(),
        job.batch());
  }
}
