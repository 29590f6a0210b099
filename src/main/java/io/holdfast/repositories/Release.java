package io.holdfast.repositories;

/** How a use of repositories ends. */
public enum Release {
  /** For good: the workspace is made, or the job has ended. */
  DONE,
  /** The attempt went back to the queue: place, batch and leadership are kept. */
  PAUSED
}
