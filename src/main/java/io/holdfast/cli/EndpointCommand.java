package io.holdfast.cli;

import io.holdfast.cli.client.Api;
import io.holdfast.cli.client.Fields;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "endpoint",
    description = "Standing endpoints of callbacks: add, list, enable, rotate secrets, remove.",
    subcommands = {
      EndpointCommand.Add.class,
      EndpointCommand.Ls.class,
      EndpointCommand.Enable.class,
      EndpointCommand.Secrets.class,
      EndpointCommand.Rm.class
    })
final class EndpointCommand {

  private static final String PATH = "/api/callback-endpoints";

  private EndpointCommand() {}

  private static String path(String id) {
    return PATH + "/" + Api.escape(id);
  }

  @Command(
      name = "add",
      description = "Tell this URL of all your jobs, or of all jobs of a repository.")
  static final class Add extends ClientCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "Its name among yours.")
    String name = "";

    @Parameters(index = "1", paramLabel = "URL", description = "Where to send to.")
    String url = "";

    @Option(
        names = {"-r", "--repository"},
        paramLabel = "NAME",
        description = "Tell of every job that names this repository.")
    @Nullable String repository;

    @Mixin CallbackOptions callback = new CallbackOptions();

    @Override
    int run(Api api, PrintStream out) throws IOException {
      Map<String, @Nullable Object> body = new LinkedHashMap<>();
      body.put("name", name);
      if (repository != null) {
        body.put("repository", repository);
      }
      body.putAll(callback.body(url));
      Fields answer = api.post(PATH, body, Map.of());
      if (!printedJson(answer, out)) {
        out.println(answer.text("id"));
      }
      return ExitCodes.OK;
    }
  }

  @Command(name = "ls", description = "List the standing endpoints.")
  static final class Ls extends ListedCommand {

    @Override
    Source source() {
      return new Source(PATH, "endpoints");
    }

    @Override
    String nothing() {
      return "No endpoints.";
    }

    @Override
    Table table(List<Fields> items, Instant now) {
      Table table =
          new Table("ID", "NAME", "OWNER", "REPOSITORY", "STATE", "FAILURES", "URL", "REASON");
      for (Fields endpoint : items) {
        Instant open = endpoint.time("breaker_open_until");
        table.row(
            endpoint.text("id"),
            endpoint.text("name"),
            endpoint.text("owner"),
            endpoint.text("repository"),
            endpoint.text("state"),
            endpoint.text("consecutive_failures"),
            endpoint.text("url"),
            open == null ? endpoint.text("reason") : "next try " + Times.ago(open, now));
      }
      return table;
    }
  }

  @Command(name = "enable", description = "Send to a disabled endpoint again.")
  static final class Enable extends ClientCommand {

    @Parameters(paramLabel = "ID", description = "The endpoint's id.")
    String id = "";

    @Override
    int run(Api api, PrintStream out) throws IOException {
      Fields answer = api.post(path(id) + "/enable", null, Map.of());
      if (!printedJson(answer, out)) {
        out.println(id + "  " + Colours.ofTerminal().state(answer.text("state")));
      }
      return ExitCodes.OK;
    }
  }

  @Command(
      name = "secrets",
      description = "Sign with these from now on. To rotate: old and new, then the new alone.")
  static final class Secrets extends ClientCommand {

    @Parameters(index = "0", paramLabel = "ID", description = "The endpoint's id.")
    String id = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "Each whsec_..., one a line.")
    Path file = Path.of("");

    @Override
    int run(Api api, PrintStream out) throws IOException {
      Map<String, Object> body = Map.of("secrets", CallbackOptions.secrets(file));
      Fields answer = api.put(path(id) + "/secrets", body);
      if (!printedJson(answer, out)) {
        out.println(id + "  " + answer.text("secrets") + " secrets");
      }
      return ExitCodes.OK;
    }
  }

  @Command(name = "rm", description = "Remove an endpoint; what waits for it fails.")
  static final class Rm extends ClientCommand {

    @Parameters(paramLabel = "ID", description = "The endpoint's id.")
    String id = "";

    @Override
    int run(Api api, PrintStream out) throws IOException {
      api.delete(path(id));
      if (!printedJson(new Fields(Map.of("id", id, "removed", true)), out)) {
        out.println(id + " removed");
      }
      return ExitCodes.OK;
    }
  }
}
