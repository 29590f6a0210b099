package io.holdfast.jobs;

/** What became of an action on one job. */
public sealed interface ActionOutcome {

  record Done(Job job) implements ActionOutcome {}

  record NotFound() implements ActionOutcome {}

  /** The job's state does not allow it; nothing changed. */
  record WrongState(Job job, String why) implements ActionOutcome {}
}
