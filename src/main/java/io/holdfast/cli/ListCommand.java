package io.holdfast.cli;

import io.holdfast.cli.client.Api;
import io.holdfast.cli.client.Fields;
import io.holdfast.cli.client.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "ls", description = "List jobs, the newest first.")
final class ListCommand extends ClientCommand {

  private static final int PAGE = 100;

  @Option(names = "--state", paramLabel = "STATE", description = "Only jobs in this state.")
  @Nullable String state;

  @Option(names = "--repository", paramLabel = "NAME", description = "Only jobs on this one.")
  @Nullable String repository;

  @Option(names = "--owner", paramLabel = "USER", description = "Only jobs of this user.")
  @Nullable String owner;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "COUNT",
      defaultValue = "50",
      description = "At most so many (default: ${DEFAULT-VALUE}).")
  int limit;

  @Override
  int run(Api api, PrintStream out) throws IOException {
    if (limit < 1) {
      throw new IllegalArgumentException("--limit must be at least 1");
    }
    List<Fields> jobs = new ArrayList<>();
    String cursor = "";
    do {
      Fields page = api.get(path(Math.min(PAGE, limit - jobs.size()), cursor));
      jobs.addAll(page.objects("jobs"));
      cursor = page.text("next_cursor");
    } while (!cursor.isEmpty() && jobs.size() < limit);
    if (options.json) {
      Map<String, @Nullable Object> answer = new LinkedHashMap<>();
      answer.put("jobs", jobs);
      answer.put("next_cursor", cursor.isEmpty() ? null : cursor);
      out.println(Json.pretty(answer));
    } else {
      print(jobs, out);
    }
    return ExitCodes.OK;
  }

  private String path(int count, String cursor) {
    StringBuilder path = new StringBuilder("/api/jobs?limit=").append(count);
    query(path, "state", state == null ? null : state.toUpperCase(Locale.ROOT));
    query(path, "repository", repository);
    query(path, "owner", owner);
    query(path, "cursor", cursor.isEmpty() ? null : cursor);
    return path.toString();
  }

  private static void query(StringBuilder path, String name, @Nullable String value) {
    if (value != null) {
      path.append('&').append(name).append('=').append(Api.escape(value));
    }
  }

  private static void print(List<Fields> jobs, PrintStream out) {
    if (jobs.isEmpty()) {
      out.println("No jobs.");
      return;
    }
    Instant now = Instant.now();
    Table table = new Table("ID", "STATE", "EXIT", "CREATED", "REPOSITORY", "OWNER", "TITLE");
    for (Fields job : jobs) {
      table.row(
          job.text("id"),
          job.text("state"),
          job.text("exit_code"),
          Times.ago(job.time("created_at"), now),
          job.joined("repositories"),
          job.text("owner"),
          job.text("title"));
    }
    table.print(out, Colours.ofTerminal());
  }
}
