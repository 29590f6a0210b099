package io.holdfast.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the demo's job runs, and what it leaves behind beside its output, in a directory that the
 * server knows nothing of: a record of every byte that it printed, and one line for each time that
 * it was started.
 */
record DemoJob(Path evidence) {

  static final int EXIT_CODE = 7;
  static final int LINES = 100;

  /** It ends late enough to be seen alive after the restart, whatever the machine's speed. */
  private static final String SCRIPT =
      """
      echo $$ >> "$DEMO_EVIDENCE/starts"
      say() { printf '%s\\n' "$1"; printf '%s\\n' "$1" >> "$DEMO_EVIDENCE/record"; }
      complain() { printf '%s\\n' "$1" >&2; printf '%s\\n' "$1" >> "$DEMO_EVIDENCE/record"; }
      say "working in a clone at commit $(git rev-parse HEAD), whose history is"
      git log --oneline --max-count=5 > "$DEMO_EVIDENCE/history"
      while read -r commit; do say "  $commit"; done < "$DEMO_EVIDENCE/history"
      i=1
      while [ "$i" -le "$DEMO_LINES" ]; do
        case $i in
          *0) complain "line $i of $DEMO_LINES, on standard error" ;;
          *5) say "line $i of $DEMO_LINES: caf\u00e9, \u2714, and a carriage return\r" ;;
          *) say "line $i of $DEMO_LINES" ;;
        esac
        i=$((i + 1))
        sleep 0.2
      done
      i=0
      while [ ! -e "$DEMO_EVIDENCE/finish" ] && [ "$i" -lt 900 ]; do
        say "waiting for the follower, $i"
        i=$((i + 1))
        sleep 0.2
      done
      say "done, and exit 7 on purpose"
      exit 7
      """;

  List<String> command() {
    return List.of("sh", "-c", SCRIPT);
  }

  Map<String, String> environment() {
    return Map.of("DEMO_EVIDENCE", evidence.toString(), "DEMO_LINES", Integer.toString(LINES));
  }

  /** Allows the job to end once it has printed its lines. */
  void letItEnd() throws IOException {
    Files.writeString(evidence.resolve("finish"), "");
  }

  /** Every byte that the job has printed. */
  byte[] record() throws IOException {
    Path record = evidence.resolve("record");
    return Files.exists(record) ? Files.readAllBytes(record) : new byte[0];
  }

  /** The pids of its command, one for each start. */
  List<String> starts() throws IOException {
    Path starts = evidence.resolve("starts");
    return Files.exists(starts) ? Files.readAllLines(starts) : List.of();
  }

  Optional<ProcessHandle> process() throws IOException {
    List<String> starts = starts();
    return starts.isEmpty()
        ? Optional.empty()
        : ProcessHandle.of(Long.parseLong(starts.get(0).strip()));
  }

  /** The commit that the job found checked out. */
  String commit() throws IOException {
    String first = new String(record(), StandardCharsets.UTF_8).lines().findFirst().orElse("");
    return first.replaceAll(".*commit ([0-9a-f]+),.*", "$1");
  }
}
