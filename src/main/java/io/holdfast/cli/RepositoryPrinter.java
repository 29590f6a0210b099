package io.holdfast.cli;

import io.holdfast.cli.client.Fields;
import java.io.PrintStream;
import java.time.Instant;

/** A repository, readable: who has it, who prepares it, who stands in line. */
final class RepositoryPrinter {

  private final Fields repository;
  private final PrintStream out;
  private final Card card;
  private final Instant now;

  RepositoryPrinter(Fields repository, PrintStream out, Instant now) {
    this.repository = repository;
    this.out = out;
    this.card = new Card(out);
    this.now = now;
  }

  void print() {
    card.line("Repository", repository.text("name"));
    card.state(repository.text("state"));
    card.line("Reason", repository.text("reason"));
    card.line("Git URL", repository.text("git_url"));
    card.line("Branch", repository.text("branch"));
    card.line("Owner", repository.text("owner"));
    card.line("Added", Times.ago(repository.time("created_at"), now));
    card.line("Locked by", lock(repository.object("lock")));
    card.line("Batch", batch(repository.object("batch")));
    Fields line = repository.object("waiting_queue");
    card.line("In line", line.text("length"));
    if (!line.objects("jobs").isEmpty()) {
      out.println();
      Table table = new Table("POSITION", "JOB", "STATE", "SINCE", "WHY");
      for (Fields place : line.objects("jobs")) {
        table.row(
            place.text("position"),
            place.text("job"),
            place.text("state"),
            Times.ago(place.time("since"), now),
            place.text("why"));
      }
      table.print(out, Colours.ofTerminal());
    }
  }

  private String lock(Fields lock) {
    return lock.text("job").isEmpty()
        ? ""
        : lock.text("job")
            + (lock.text("operation").equals("JOB") ? ", until its end" : ", while it is prepared")
            + ", since "
            + Times.ago(lock.time("acquired_at"), now)
            + ", fence "
            + lock.text("fence");
  }

  private static String batch(Fields batch) {
    return batch.text("id").isEmpty()
        ? ""
        : batch.text("phase")
            + ", "
            + batch.text("members")
            + " jobs, "
            + (batch.text("prepared_commit").isEmpty()
                ? "led by " + batch.text("leader")
                : "at " + batch.text("prepared_commit"));
  }
}
