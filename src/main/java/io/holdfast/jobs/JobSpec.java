package io.holdfast.jobs;

import io.holdfast.callbacks.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user asked for; never changes.
 *
 * @param command program and arguments
 * @param prompt reaches the command as a file
 * @param repositories names, in the order given; the command runs in the workspace of the first
 * @param timeout from the launch to the deadline
 * @param callbacks as they were submitted; they are not read back with the job
 */
public record JobSpec(
    @Nullable String title,
    String engine,
    List<String> command,
    @Nullable String prompt,
    Map<String, String> environment,
    List<String> repositories,
    @Nullable String branch,
    boolean exclusive,
    boolean autoStart,
    Duration timeout,
    OnInterrupt onInterrupt,
    List<Target> callbacks) {
  public JobSpec {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    repositories = List.copyOf(repositories);
    callbacks = List.copyOf(callbacks);
  }

  /** Without callbacks. */
  public JobSpec(
      @Nullable String title,
      String engine,
      List<String> command,
      @Nullable String prompt,
      Map<String, String> environment,
      List<String> repositories,
      @Nullable String branch,
      boolean exclusive,
      boolean autoStart,
      Duration timeout,
      OnInterrupt onInterrupt) {
    this(
        title,
        engine,
        command,
        prompt,
        environment,
        repositories,
        branch,
        exclusive,
        autoStart,
        timeout,
        onInterrupt,
        List.of());
  }
}
