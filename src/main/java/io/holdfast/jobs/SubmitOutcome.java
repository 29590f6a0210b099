package io.holdfast.jobs;

import java.util.List;

/** What became of a submit. */
public sealed interface SubmitOutcome {

  /** The jobs are on disk. */
  record Accepted(List<Job> jobs) implements SubmitOutcome {}

  /**
   * The same request came before under the same Idempotency-Key; these are its jobs as they are
   * now.
   */
  record Replayed(List<Job> jobs) implements SubmitOutcome {}

  /** The Idempotency-Key was used for another request. */
  record KeyReused() implements SubmitOutcome {}

  /** Nothing was stored. */
  record Refused(int index, List<Violation> violations) implements SubmitOutcome {}
}
