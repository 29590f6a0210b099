package io.holdfast.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

@Command(
    name = "holdfast",
    description = "A crash-resilient batch server: whatever dies, no job is lost.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      DemoCommand.class,
      SubmitCommand.class,
      ListCommand.class,
      ShowCommand.class,
      LogsCommand.class,
      CancelCommand.class,
      RepositoryCommand.class,
      RecoveryCommand.class
    },
    versionProvider = Version.class)
final class Holdfast {}
