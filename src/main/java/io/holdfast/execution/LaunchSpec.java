package io.holdfast.execution;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be run.
 *
 * @param command program and arguments, never empty, never interpreted by a shell
 * @param prompt given to the command as the file {@code $HOLDFAST_PROMPT_FILE}; never part of a
 *     command line
 * @param environment set for the command on top of the server's own
 * @param workingDirectory exists before the launch
 * @param engine for the record
 */
public record LaunchSpec(
    List<String> command,
    @Nullable String prompt,
    Map<String, String> environment,
    Path workingDirectory,
    String engine) {
  public LaunchSpec {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("a launch needs a command");
    }
  }
}
