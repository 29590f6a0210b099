package io.holdfast.cli;

import io.holdfast.cli.client.Fields;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "waiting", description = "Who stands in line for a repository, and for whom.")
final class WaitingCommand extends PagedCommand {

  @Option(names = "--repository", paramLabel = "NAME", description = "Only this repository.")
  @Nullable String repository;

  @Override
  Source source() {
    return new Source("/api/admin/waiting-queues", "waiting");
  }

  @Override
  Map<String, @Nullable String> filters() {
    Map<String, @Nullable String> filters = new LinkedHashMap<>();
    filters.put("repository", repository);
    return filters;
  }

  @Override
  String nothing() {
    return "Nobody stands in line.";
  }

  @Override
  Table table(List<Fields> items, Instant now) {
    Table table = new Table("REPOSITORY", "POSITION", "JOB", "STATE", "SINCE", "WHY");
    for (Fields place : items) {
      table.row(
          place.text("repository"),
          place.text("position"),
          place.text("job"),
          place.text("state"),
          Times.ago(place.time("since"), now),
          place.text("why").isEmpty() ? "it is called" : place.text("why"));
    }
    return table;
  }
}
