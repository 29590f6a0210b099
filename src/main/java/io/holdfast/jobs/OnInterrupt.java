package io.holdfast.jobs;

/** What follows when an attempt is lost (spec, Story 2). */
public enum OnInterrupt {
  /** The job stays LOST. */
  FAIL,
  /** A new attempt runs the command again, in the same workspace. */
  REQUEUE,
  /**
   * A new attempt continues the engine's session; an engine without sessions starts again, in the
   * same workspace.
   */
  RESUME
}
