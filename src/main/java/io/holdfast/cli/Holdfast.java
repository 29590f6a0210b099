package io.holdfast.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The commands of {@code ./holdfast}. */
@Command(
    name = "holdfast",
    description = "A crash-resilient batch server: whatever dies, no job is lost.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class)
final class Holdfast {

  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("up", UpCommand.class);
    COMMANDS.put("down", DownCommand.class);
    COMMANDS.put("demo", DemoCommand.class);
    COMMANDS.put("submit", SubmitCommand.class);
    COMMANDS.put("ls", ListCommand.class);
    COMMANDS.put("show", ShowCommand.class);
    COMMANDS.put("logs", LogsCommand.class);
    COMMANDS.put("cancel", CancelCommand.class);
    COMMANDS.put("repository", RepositoryCommand.class);
    COMMANDS.put("callbacks", CallbacksCommand.class);
    COMMANDS.put("endpoint", EndpointCommand.class);
    COMMANDS.put("queue", QueueCommand.class);
    COMMANDS.put("waiting", WaitingCommand.class);
    COMMANDS.put("locks", LocksCommand.class);
    COMMANDS.put("batches", BatchesCommand.class);
    COMMANDS.put("nodes", NodesCommand.class);
    COMMANDS.put("recovery", RecoveryCommand.class);
  }

  private Holdfast() {}

  /**
   * The command line for these arguments. Reading a command's annotations takes milliseconds, so
   * where the first argument names one, or asks for the version, the others are left out.
   */
  static CommandLine commandLine(String... arguments) {
    CommandLine line = new CommandLine(new Holdfast());
    String first = arguments.length == 0 ? "" : arguments[0];
    Class<?> named = COMMANDS.get(first);
    if (named != null) {
      line.addSubcommand(first, named);
    } else if (!first.equals("--version") && !first.equals("-V")) {
      COMMANDS.forEach(line::addSubcommand);
    }
    return line;
  }
}
