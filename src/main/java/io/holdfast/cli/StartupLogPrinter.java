package io.holdfast.cli;

import io.holdfast.cli.client.Fields;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The startup log (spec, Story 3), readable: the last recovery phase by phase, then the history.
 */
public final class StartupLogPrinter {

  /** Members of an operation that have a column; all other scalar ones are its counts. */
  private static final Set<String> COLUMNS =
      Set.of("component", "operation", "timestamp", "duration_ms", "status", "errors", "counts");

  private final PrintStream out;
  private final Instant now;

  public StartupLogPrinter(PrintStream out, Instant now) {
    this.out = out;
    this.now = now;
  }

  public void print(Fields log) {
    Fields current = log.object("current_startup");
    printStartup(current);
    List<Fields> history = log.objects("startup_history");
    if (!history.isEmpty()) {
      out.println();
      out.println("Before:");
      Table table = new Table("STARTUP", "WHEN", "TOOK", "RESULT");
      for (Fields startup : history) {
        table.row(
            startup.text("startup_id"),
            Times.ago(startup.time("startup_timestamp"), now),
            millis(startup.text("total_duration_ms")),
            result(startup));
      }
      table.print(out, Colours.ofTerminal());
    }
  }

  /** One startup: its outcome, what it did, and every error with the action taken. */
  public void printStartup(Fields startup) {
    out.println(
        "Startup "
            + startup.text("startup_id")
            + ", "
            + Times.ago(startup.time("startup_timestamp"), now)
            + ", took "
            + millis(startup.text("total_duration_ms"))
            + ": "
            + result(startup));
    Table table = new Table("COMPONENT", "OPERATION", "STATUS", "TOOK", "COUNTS");
    for (Fields operation : startup.objects("operations")) {
      table.row(
          operation.text("component"),
          operation.text("operation"),
          operation.text("status"),
          millis(operation.text("duration_ms")),
          counts(operation));
    }
    table.print(out, Colours.ofTerminal());
    for (Fields operation : startup.objects("operations")) {
      for (Fields error : operation.objects("errors")) {
        out.println(
            Table.visible(
                "  ! "
                    + error.text("resource")
                    + ": "
                    + error.text("reason")
                    + " -> "
                    + error.text("action")));
      }
    }
  }

  private static String result(Fields startup) {
    StringBuilder result = new StringBuilder(startup.flag("degraded_mode") ? "degraded" : "whole");
    String corrupted = startup.joined("corrupted_resources");
    if (!corrupted.isEmpty()) {
      result.append(" (unavailable: ").append(corrupted).append(')');
    }
    Object aborted = startup.get("aborted_predecessor");
    if (aborted != null && !Boolean.FALSE.equals(aborted)) {
      result.append(", the startup before it was aborted").append(phase(aborted));
    }
    return result.toString();
  }

  private static String phase(Object aborted) {
    if (aborted instanceof Map<?, ?> map && map.get("phase") != null) {
      return " in " + map.get("phase");
    }
    return aborted instanceof String text ? " (" + text + ")" : "";
  }

  private static String counts(Fields operation) {
    Map<?, ?> nested = operation.object("counts").members();
    Map<?, ?> counts = nested.isEmpty() ? operation.members() : nested;
    return counts.entrySet().stream()
        .filter(e -> !COLUMNS.contains(String.valueOf(e.getKey())))
        .filter(e -> isScalar(e.getValue()))
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(" "));
  }

  private static boolean isScalar(@Nullable Object value) {
    return value instanceof Number || value instanceof Boolean || value instanceof String;
  }

  private static String millis(String millis) {
    return millis.isEmpty() ? "-" : millis + " ms";
  }
}
