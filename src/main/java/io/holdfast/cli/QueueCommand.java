package io.holdfast.cli;

import io.holdfast.cli.client.Fields;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "queue", description = "The jobs in the queue, the next one first.")
final class QueueCommand extends PagedCommand {

  @Option(names = "--repository", paramLabel = "NAME", description = "Only jobs on this one.")
  @Nullable String repository;

  @Option(names = "--owner", paramLabel = "USER", description = "Only jobs of this user.")
  @Nullable String owner;

  @Override
  Source source() {
    return new Source("/api/admin/queue", "queue");
  }

  @Override
  Map<String, @Nullable String> filters() {
    Map<String, @Nullable String> filters = new LinkedHashMap<>();
    filters.put("repository", repository);
    filters.put("owner", owner);
    return filters;
  }

  @Override
  String nothing() {
    return "The queue is empty.";
  }

  @Override
  Table table(List<Fields> items, Instant now) {
    Table table = new Table("POSITION", "JOB", "QUEUED", "REPOSITORY", "OWNER", "TITLE");
    for (Fields job : items) {
      table.row(
          job.text("position"),
          job.text("job"),
          Times.ago(job.time("queued_at"), now),
          job.joined("repositories"),
          job.text("owner"),
          job.text("title"));
    }
    return table;
  }
}
