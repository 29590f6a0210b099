package io.holdfast.execution.process;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads the process table: anew for a verdict, at most once a second for what is only shown. So a
 * hundred running attempts cost one read.
 */
final class ProcessTables {
  private static final Duration RECENT = Duration.ofSeconds(1);

  private final ProcFs proc;
  private @Nullable ProcessTable last;

  ProcessTables(ProcFs proc) {
    this.proc = proc;
  }

  ProcessTable fresh() {
    ProcessTable table = ProcessTable.read(proc);
    synchronized (this) {
      last = table;
    }
    return table;
  }

  synchronized ProcessTable recent() {
    ProcessTable table = last;
    if (table == null || !table.isYoungerThan(RECENT)) {
      table = ProcessTable.read(proc);
      last = table;
    }
    return table;
  }
}
