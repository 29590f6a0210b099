package io.holdfast.cli;

import io.holdfast.cli.client.Api;
import io.holdfast.cli.client.Fields;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "callbacks",
    description = "List, show and repeat deliveries; test an endpoint.",
    subcommands = {
      CallbacksCommand.Ls.class,
      CallbacksCommand.Show.class,
      CallbacksCommand.Redeliver.class,
      CallbacksCommand.Ping.class
    })
final class CallbacksCommand {

  private CallbacksCommand() {}

  /** Nothing where it is sent no more. */
  private static String due(Fields delivery, Instant now) {
    Instant due = delivery.time("due_at");
    return due == null ? "" : Times.ago(due, now);
  }

  @Command(name = "ls", description = "List deliveries, the newest first.")
  static final class Ls extends PagedCommand {

    @Option(
        names = "--state",
        paramLabel = "STATE",
        description = "Only those pending, in_flight, delivered or failed.")
    @Nullable String state;

    @Option(names = "--job", paramLabel = "JOB", description = "Only those of this job.")
    @Nullable String job;

    @Option(names = "--endpoint", paramLabel = "ID", description = "Only those to this endpoint.")
    @Nullable String endpoint;

    @Override
    Source source() {
      return new Source("/api/admin/callbacks", "deliveries");
    }

    @Override
    Map<String, @Nullable String> filters() {
      Map<String, @Nullable String> filters = new LinkedHashMap<>();
      filters.put("state", state == null ? null : state.toUpperCase(Locale.ROOT));
      filters.put("job", job);
      filters.put("endpoint", endpoint);
      return filters;
    }

    @Override
    String nothing() {
      return "No deliveries.";
    }

    @Override
    Table table(List<Fields> items, Instant now) {
      Table table = new Table("ID", "STATE", "EVENT", "JOB", "TRIES", "CREATED", "DUE", "URL");
      for (Fields delivery : items) {
        table.row(
            delivery.text("id"),
            delivery.text("state"),
            delivery.text("event"),
            delivery.text("job_id"),
            delivery.text("attempts"),
            Times.ago(delivery.time("created_at"), now),
            due(delivery, now),
            delivery.text("url"));
      }
      return table;
    }
  }

  @Command(name = "show", description = "Show a delivery with all of its tries.")
  static final class Show extends ClientCommand {

    @Parameters(paramLabel = "ID", description = "The delivery's id.")
    String id = "";

    @Override
    int run(Api api, PrintStream out) throws IOException {
      Fields answer = api.get("/api/callbacks/" + Api.escape(id));
      if (!printedJson(answer, out)) {
        print(answer, out, Instant.now());
      }
      return ExitCodes.OK;
    }

    private static void print(Fields answer, PrintStream out, Instant now) {
      Fields delivery = answer.object("delivery");
      Card card = new Card(out);
      card.line("Delivery", delivery.text("id"));
      card.state(delivery.text("state"));
      card.line("Reason", delivery.text("reason"));
      card.line("Event", delivery.text("event"));
      card.line("Job", delivery.text("job_id"));
      card.line("Endpoint", delivery.text("endpoint_id"));
      card.line("URL", delivery.text("url"));
      card.line("Created", Times.ago(delivery.time("created_at"), now));
      card.line("Due", due(delivery, now));
      if (answer.objects("attempts").isEmpty()) {
        return;
      }
      out.println();
      Table table = new Table("TRIED", "MS", "STATUS", "ERROR", "ANSWER");
      for (Fields made : answer.objects("attempts")) {
        table.row(
            Times.ago(made.time("at"), now),
            made.text("duration_ms"),
            made.text("status"),
            made.text("error"),
            made.text("answer"));
      }
      table.print(out, Colours.ofTerminal());
    }
  }

  @Command(
      name = "redeliver",
      description = "Deliver again: one, or with --failed all that failed.")
  static final class Redeliver extends ClientCommand {

    @Parameters(paramLabel = "ID", arity = "0..1", description = "The delivery's id.")
    @Nullable String id;

    @Option(names = "--failed", description = "All that failed.")
    boolean failed;

    @Option(
        names = "--since",
        paramLabel = "TIME",
        description = "Of these, those that failed since, such as 2026-11-24T08:00:00Z.")
    @Nullable String since;

    @Override
    int run(Api api, PrintStream out) throws IOException {
      if ((id == null) != failed || (since != null && !failed)) {
        throw new IllegalArgumentException("give the id of a delivery, or --failed [--since TIME]");
      }
      String path =
          id != null
              ? Api.escape(id) + "/redeliver"
              : "redeliver?state=failed" + (since == null ? "" : "&since=" + Api.escape(since));
      Fields answer = api.post("/api/callbacks/" + path, null, Map.of());
      if (!printedJson(answer, out)) {
        out.println(
            id != null
                ? id + "  " + Colours.ofTerminal().state(answer.text("state"))
                : answer.text("redelivered") + " due again");
      }
      return ExitCodes.OK;
    }
  }

  @Command(name = "ping", description = "Send a test to an endpoint and print its delivery's id.")
  static final class Ping extends ClientCommand {

    @Parameters(paramLabel = "ENDPOINT", description = "The endpoint's id.")
    String endpoint = "";

    @Override
    int run(Api api, PrintStream out) throws IOException {
      Fields answer =
          api.post("/api/callback-endpoints/" + Api.escape(endpoint) + "/ping", null, Map.of());
      if (!printedJson(answer, out)) {
        out.println(answer.text("delivery_id"));
      }
      return ExitCodes.OK;
    }
  }
}
