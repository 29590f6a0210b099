package io.holdfast.cli;

import io.holdfast.cli.client.Refused;
import io.holdfast.cli.client.Unreachable;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;

/** Entry point of {@code ./holdfast}. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /**
   * Runs one command; every failure is a line on standard error, never a stack trace.
   *
   * @return the exit status, see {@link ExitCodes}
   */
  static int run(String... arguments) {
    CommandLine command =
        Holdfast.commandLine(arguments)
            .setExecutionExceptionHandler((failure, line, parsed) -> report(failure))
            .setUsageHelpLongOptionsMaxWidth(28);
    return arguments.length == 0 ? usage(command) : command.execute(arguments);
  }

  private static int usage(CommandLine command) {
    command.usage(System.err);
    return ExitCodes.USAGE;
  }

  private static int report(Exception failure) {
    System.err.println("holdfast: " + message(failure));
    if (failure instanceof IllegalArgumentException) {
      return ExitCodes.USAGE;
    }
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return failure instanceof Unreachable ? ExitCodes.UNREACHABLE : ExitCodes.REFUSED;
  }

  private static String message(Exception failure) {
    String message = failure.getMessage();
    if (failure instanceof NoSuchFileException) {
      return "no such file: " + message;
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied: " + message;
    }
    if (failure instanceof Refused refused && refused.status() == 401 && !refused.isForeign()) {
      return message + " (token: --token-file, $HOLDFAST_TOKEN or <home>/admin-token)";
    }
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
