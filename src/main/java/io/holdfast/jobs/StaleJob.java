package io.holdfast.jobs;

/**
 * The job is not as it was read, or belongs to another epoch now: nothing was written. Read it
 * again.
 */
public final class StaleJob extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StaleJob(JobRef expected) {
    super("no longer as expected: " + expected);
  }
}
