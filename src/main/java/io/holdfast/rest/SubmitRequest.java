package io.holdfast.rest;

import io.holdfast.callbacks.Target;
import io.holdfast.jobs.JobSpec;
import io.holdfast.jobs.OnInterrupt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of a submit, as the client wrote it. */
record SubmitRequest(
    @Nullable String engine,
    @Nullable List<String> command,
    @Nullable String prompt,
    @Nullable String repository,
    @Nullable List<String> repositories,
    @Nullable String branch,
    @Nullable String title,
    @Nullable Map<String, String> environment,
    @Nullable Boolean exclusive,
    @Nullable Boolean autoStart,
    @Nullable Long timeoutSeconds,
    @Nullable String onInterrupt,
    @Nullable List<CallbackRequest> callbacks) {

  JobSpec toSpec(Duration defaultTimeout) {
    if (engine == null) {
      throw ProblemException.invalid("engine", "is missing");
    }
    if (repository != null && repositories != null) {
      throw ProblemException.invalid("repository", "give either repository or repositories");
    }
    if (repositories != null && repositories.isEmpty()) {
      throw ProblemException.invalid(
          "repositories", "is empty; leave it out for a job without a repository");
    }
    return new JobSpec(
        title,
        engine,
        command == null ? List.of() : command,
        prompt,
        environment == null ? Map.of() : environment,
        repository != null ? List.of(repository) : repositories == null ? List.of() : repositories,
        branch,
        exclusive != null && exclusive,
        autoStart == null || autoStart,
        timeoutSeconds == null ? defaultTimeout : Duration.ofSeconds(timeoutSeconds),
        policy(),
        callbacks == null ? List.of() : targets(callbacks));
  }

  private static List<Target> targets(List<CallbackRequest> callbacks) {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < callbacks.size(); i++) {
      targets.add(callbacks.get(i).toTarget("callbacks[" + i + "]."));
    }
    return targets;
  }

  private OnInterrupt policy() {
    return switch (onInterrupt == null ? "fail" : onInterrupt) {
      case "fail" -> OnInterrupt.FAIL;
      case "requeue" -> OnInterrupt.REQUEUE;
      case "resume" -> OnInterrupt.RESUME;
      default -> throw ProblemException.invalid("on_interrupt", "must be fail, requeue or resume");
    };
  }

  static String wire(OnInterrupt policy) {
    return policy.name().toLowerCase(Locale.ROOT);
  }
}
