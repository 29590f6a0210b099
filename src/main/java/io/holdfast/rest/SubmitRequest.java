package io.holdfast.rest;

import io.holdfast.jobs.JobSpec;
import io.holdfast.jobs.OnInterrupt;
import java.time.Duration;
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
    @Nullable List<Object> callbacks) {

  JobSpec toSpec(Duration defaultTimeout) {
    if (engine == null) {
      throw invalid("engine", "is missing");
    }
    if (repository != null && repositories != null) {
      throw invalid("repository", "give either repository or repositories");
    }
    if (repositories != null && repositories.isEmpty()) {
      throw invalid("repositories", "is empty; leave it out for a job without a repository");
    }
    if (callbacks != null && !callbacks.isEmpty()) {
      throw invalid("callbacks", "are not supported by this version");
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
        policy());
  }

  private OnInterrupt policy() {
    return switch (onInterrupt == null ? "fail" : onInterrupt) {
      case "fail" -> OnInterrupt.FAIL;
      case "requeue" -> OnInterrupt.REQUEUE;
      case "resume" -> OnInterrupt.RESUME;
      default -> throw invalid("on_interrupt", "must be fail, requeue or resume");
    };
  }

  static String wire(OnInterrupt policy) {
    return policy.name().toLowerCase(Locale.ROOT);
  }

  private static ProblemException invalid(String field, String detail) {
    return new ProblemException(
        Problem.of(
            Problem.Kind.INVALID_VALUE,
            field + " " + detail,
            List.of(new Problem.FieldError(field, detail))));
  }
}
