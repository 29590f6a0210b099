package io.holdfast.cli;

import io.holdfast.cli.client.Fields;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;

/** A job, readable: only what there is to say about it. */
final class JobPrinter {

  private final Fields job;
  private final Card card;
  private final Instant now;

  JobPrinter(Fields job, PrintStream out, Instant now) {
    this.job = job;
    this.card = new Card(out);
    this.now = now;
  }

  void print() {
    card.line("Job", job.text("id"));
    card.line("Title", job.text("title"));
    card.state(job.text("state"));
    card.line("Exit code", job.text("exit_code"));
    card.line("Reason", job.text("reason"));
    card.line("Engine", job.text("engine"));
    card.line("Repositories", job.joined("repositories"));
    card.line("Owner", job.text("owner"));
    card.line("Attempt", job.text("attempt"));
    card.line("Session", job.text("session_id"));
    card.line("Queue position", job.text("queue_position"));
    card.line("Waiting for", waitingFor());
    card.line("Why", job.object("waiting_for").text("why"));
    card.line("Batch", job.text("batch_id"));
    card.line(
        "Output", job.text("output_bytes").isEmpty() ? "" : job.text("output_bytes") + " bytes");
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
    card.line(label, time == null ? "" : job.text(member) + " (" + Times.ago(time, now) + ")");
  }
}
