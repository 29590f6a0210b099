package io.holdfast.cli;

import io.holdfast.cli.client.Fields;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "ls", description = "List jobs, the newest first.")
final class ListCommand extends PagedCommand {

  @Option(names = "--state", paramLabel = "STATE", description = "Only jobs in this state.")
  @Nullable String state;

  @Option(names = "--repository", paramLabel = "NAME", description = "Only jobs on this one.")
  @Nullable String repository;

  @Option(names = "--owner", paramLabel = "USER", description = "Only jobs of this user.")
  @Nullable String owner;

  @Override
  Source source() {
    return new Source("/api/jobs", "jobs");
  }

  @Override
  Map<String, @Nullable String> filters() {
    Map<String, @Nullable String> filters = new LinkedHashMap<>();
    filters.put("state", state == null ? null : state.toUpperCase(Locale.ROOT));
    filters.put("repository", repository);
    filters.put("owner", owner);
    return filters;
  }

  @Override
  String nothing() {
    return "No jobs.";
  }

  @Override
  Table table(List<Fields> items, Instant now) {
    Table table = new Table("ID", "STATE", "EXIT", "CREATED", "REPOSITORY", "OWNER", "TITLE");
    for (Fields job : items) {
      table.row(
          job.text("id"),
          job.text("state"),
          job.text("exit_code"),
          Times.ago(job.time("created_at"), now),
          job.joined("repositories"),
          job.text("owner"),
          job.text("title"));
    }
    return table;
  }
}
