package io.holdfast.cli;

import io.holdfast.cli.client.Fields;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "locks", description = "The locked repositories and who has them.")
final class LocksCommand extends PagedCommand {

  @Option(names = "--repository", paramLabel = "NAME", description = "Only this repository.")
  @Nullable String repository;

  @Option(names = "--node", paramLabel = "ID", description = "Only those that this server holds.")
  @Nullable String node;

  @Override
  Source source() {
    return new Source("/api/admin/locks", "locks");
  }

  @Override
  Map<String, @Nullable String> filters() {
    Map<String, @Nullable String> filters = new LinkedHashMap<>();
    filters.put("repository", repository);
    filters.put("node", node);
    return filters;
  }

  @Override
  String nothing() {
    return "No repository is locked.";
  }

  @Override
  Table table(List<Fields> items, Instant now) {
    Table table = new Table("REPOSITORY", "JOB", "ATTEMPT", "FOR", "SINCE", "FENCE", "NODE");
    for (Fields lock : items) {
      table.row(
          lock.text("repository"),
          lock.text("job"),
          lock.text("attempt"),
          lock.text("operation").equals("JOB") ? "the whole job" : "preparation",
          Times.ago(lock.time("acquired_at"), now),
          lock.text("fence"),
          lock.text("node"));
    }
    return table;
  }
}
