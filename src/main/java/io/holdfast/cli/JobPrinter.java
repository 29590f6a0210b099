package io.holdfast.cli;

import io.holdfast.cli.client.Fields;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;

/** A job, readable: only what there is to say about it. */
final class JobPrinter {

  private final Fields job;
  private final PrintStream out;
  private final Instant now;

  JobPrinter(Fields job, PrintStream out, Instant now) {
    this.job = job;
    this.out = out;
    this.now = now;
  }

  void print() {
    line("Job", job.text("id"));
    line("Title", job.text("title"));
    line("State", Colours.ofTerminal().state(job.text("state")));
    line("Exit code", job.text("exit_code"));
    line("Reason", job.text("reason"));
    line("Engine", job.text("engine"));
    line("Repositories", job.joined("repositories"));
    line("Owner", job.text("owner"));
    line("Attempt", job.text("attempt"));
    line("Session", job.text("session_id"));
    line("Queue position", job.text("queue_position"));
    line("Waiting for", waitingFor());
    line("Why", job.object("waiting_for").text("why"));
    line("Batch", job.text("batch_id"));
    line("Output", job.text("output_bytes").isEmpty() ? "" : job.text("output_bytes") + " bytes");
    time("Created", "created_at");
    time("Queued", "queued_at");
    time("Started", "started_at");
    time("Ended", "ended_at");
    time("Deadline", "deadline");
  }

  private String waitingFor() {
    Fields waiting = job.object("waiting_for");
    if (waiting.text("repository").isEmpty()) {
      return "";
    }
    return waiting.text("repository")
        + ", position "
        + waiting.text("position")
        + ", for "
        + Times.span(since(waiting));
  }

  private Duration since(Fields waiting) {
    Instant since = waiting.time("since");
    return since == null || since.isAfter(now) ? Duration.ZERO : Duration.between(since, now);
  }

  private void time(String label, String member) {
    Instant time = job.time(member);
    line(label, time == null ? "" : job.text(member) + " (" + Times.ago(time, now) + ")");
  }

  private void line(String label, String value) {
    if (!value.isEmpty()) {
      String shown = label.equals("State") ? value : Table.visible(value);
      out.println(label + ":" + " ".repeat(15 - label.length()) + shown);
    }
  }
}
