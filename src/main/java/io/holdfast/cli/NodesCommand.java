package io.holdfast.cli;

import io.holdfast.cli.client.Fields;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "nodes", description = "The servers of this database and what they hold.")
final class NodesCommand extends PagedCommand {

  @Override
  Source source() {
    return new Source("/api/admin/nodes", "nodes");
  }

  @Override
  String nothing() {
    return "No server was ever started.";
  }

  @Override
  Table table(List<Fields> items, Instant now) {
    Table table =
        new Table("ID", "HOST", "STARTS", "STARTED", "HEARTBEAT", "JOBS", "SLOTS", "LOCKS");
    for (Fields node : items) {
      table.row(
          node.text("id"),
          node.text("host"),
          node.text("epoch"),
          Times.ago(node.time("started_at"), now),
          Times.ago(node.time("heartbeat_at"), now),
          node.text("held_jobs"),
          node.text("slots"),
          node.text("held_locks"));
    }
    return table;
  }
}
