package io.holdfast.cli;

import io.holdfast.cli.client.Api;
import io.holdfast.cli.client.Fields;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "repository",
    description = "Register, list, show and remove git repositories.",
    subcommands = {
      RepositoryCommand.Add.class,
      RepositoryCommand.Ls.class,
      RepositoryCommand.Show.class,
      RepositoryCommand.Rm.class
    })
final class RepositoryCommand {

  private RepositoryCommand() {}

  @Command(name = "add", description = "Register a repository; the server clones it.")
  static final class Add extends ClientCommand {

    private static final long POLL_MILLIS = 200;

    @Parameters(index = "0", paramLabel = "NAME", description = "Its name in Holdfast.")
    String name = "";

    @Parameters(
        index = "1",
        paramLabel = "GIT_URL",
        description = "Where to clone from; a path of this machine if the server allows that.")
    String gitUrl = "";

    @Option(names = "--branch", description = "The branch to work on (default: the remote's).")
    @Nullable String branch;

    @Option(names = "--wait", description = "Wait until it is ready, or has failed.")
    boolean wait;

    @Override
    int run(Api api, PrintStream out) throws IOException, InterruptedException {
      Map<String, @Nullable Object> body = new LinkedHashMap<>();
      body.put("name", name);
      body.put("git_url", absolute(gitUrl));
      body.put("branch", branch);
      Fields answer = api.post("/api/repositories", body, Map.of());
      while (wait && answer.text("state").equals("CLONING")) {
        Thread.sleep(POLL_MILLIS);
        answer = api.get("/api/repositories/" + Api.escape(name));
      }
      if (!printedJson(answer, out)) {
        out.println(
            answer.text("name")
                + "  "
                + Colours.ofTerminal().state(answer.text("state"))
                + (answer.text("reason").isEmpty() ? "" : "  " + answer.text("reason")));
      }
      return answer.text("state").equals("FAILED") ? ExitCodes.REFUSED : ExitCodes.OK;
    }

    /** The server does not share our working directory: {@code .} means the directory here. */
    private static String absolute(String url) {
      boolean local = url.equals(".") || url.startsWith("./") || url.startsWith("../");
      Path path = local ? Path.of(url).toAbsolutePath().normalize() : null;
      return path != null && Files.isDirectory(path) ? path.toString() : url;
    }
  }

  @Command(name = "ls", description = "List the registered repositories.")
  static final class Ls extends ListedCommand {

    @Override
    Source source() {
      return new Source("/api/repositories", "repositories");
    }

    @Override
    String nothing() {
      return "No repositories.";
    }

    @Override
    Table table(List<Fields> items, Instant now) {
      Table table = new Table("NAME", "STATE", "BRANCH", "ADDED", "GIT URL", "REASON");
      for (Fields repository : items) {
        table.row(
            repository.text("name"),
            repository.text("state"),
            repository.text("branch"),
            Times.ago(repository.time("created_at"), now),
            repository.text("git_url"),
            repository.text("reason"));
      }
      return table;
    }
  }

  @Command(name = "show", description = "Show a repository: who has it and who stands in line.")
  static final class Show extends ClientCommand {

    @Parameters(paramLabel = "NAME", description = "Its name in Holdfast.")
    String name = "";

    @Override
    int run(Api api, PrintStream out) throws IOException {
      Fields answer = api.get("/api/repositories/" + Api.escape(name));
      if (!printedJson(answer, out)) {
        new RepositoryPrinter(answer, out, Instant.now()).print();
      }
      return ExitCodes.OK;
    }
  }

  @Command(name = "rm", description = "Remove a repository; jobs keep their copies.")
  static final class Rm extends ClientCommand {

    @Parameters(paramLabel = "NAME", description = "Its name in Holdfast.")
    String name = "";

    @Override
    int run(Api api, PrintStream out) throws IOException {
      api.delete("/api/repositories/" + Api.escape(name));
      if (!printedJson(new Fields(Map.of("name", name, "removed", true)), out)) {
        out.println(name + " removed");
      }
      return ExitCodes.OK;
    }
  }
}
