package io.holdfast.jobs;

import java.time.Duration;
import java.util.List;

/** What is to be done about a held job; decided by {@link Progress}. */
sealed interface Step {

  record Nothing() implements Step {}

  /** Apply these, in one transaction. */
  record Apply(List<Transition> transitions) implements Step {}

  /**
   * The command has ended as it was made to: end what it left behind, then apply these. {@code
   * since} is how long ago its end was requested.
   */
  record Finish(Duration since, List<Transition> transitions) implements Step {}

  /** Ask the executor to revoke the launch; if it does, the attempt never started. */
  record Revoke() implements Step {}

  /** Record that the job is to end, then cancel it. */
  record RequestEnding(Ending why) implements Step {}

  /** Signal the command; {@code since} is how long ago the end was requested. */
  record Cancel(Duration since) implements Step {}
}
