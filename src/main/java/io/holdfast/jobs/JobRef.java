package io.holdfast.jobs;

import java.util.UUID;

/** A job at one moment: what a transition demands to find unchanged. */
public record JobRef(UUID id, JobState state, int attempt, long version) {

  /** The same job after a transition to {@code next}. */
  JobRef after(JobState next) {
    return new JobRef(id, next, attempt, version + 1);
  }
}
