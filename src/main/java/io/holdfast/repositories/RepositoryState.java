package io.holdfast.repositories;

/** Mirrored by a CHECK in the database. */
public enum RepositoryState {
  /** Registered; the first clone is being made. */
  CLONING,
  /** Cloned at least once; jobs can use it. */
  READY,
  /** The first clone failed; the next recovery, or a job that wants it, tries again. */
  FAILED,
  /** It was ready, then its clone was lost and could not be remade; tried again as FAILED is. */
  UNAVAILABLE
}
