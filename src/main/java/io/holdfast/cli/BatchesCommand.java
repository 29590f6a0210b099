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

@Command(name = "batches", description = "Preparations that jobs share, the newest first.")
final class BatchesCommand extends PagedCommand {

  @Option(names = "--repository", paramLabel = "NAME", description = "Only this repository.")
  @Nullable String repository;

  @Option(
      names = "--phase",
      paramLabel = "PHASE",
      description = "FETCHING, PREPARED, DISSOLVED or FAILED.")
  @Nullable String phase;

  @Override
  Source source() {
    return new Source("/api/batches", "batches");
  }

  @Override
  Map<String, @Nullable String> filters() {
    Map<String, @Nullable String> filters = new LinkedHashMap<>();
    filters.put("repository", repository);
    filters.put("phase", phase == null ? null : phase.toUpperCase(Locale.ROOT));
    return filters;
  }

  @Override
  String nothing() {
    return "No batches.";
  }

  @Override
  Table table(List<Fields> items, Instant now) {
    Table table =
        new Table("ID", "REPOSITORY", "PHASE", "MEMBERS", "CREATED", "COMMIT", "LEADER", "REASON");
    for (Fields batch : items) {
      table.row(
          batch.text("id"),
          batch.text("repository"),
          batch.text("phase"),
          batch.text("members"),
          Times.ago(batch.time("created_at"), now),
          batch.text("prepared_commit"),
          batch.text("leader"),
          batch.text("reason"));
    }
    return table;
  }
}
