package io.holdfast.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * One sample of a workload that other job systems are measured with, on their PostgreSQL, as the
 * line of JSON that their harness reads. W2 has none: it is about work inside the worker, and here
 * every job is a process.
 */
record PeerSample(Rig rig) {

  static boolean unknown(List<String> workloads) {
    return workloads.stream().noneMatch(List.of("W1", "W3", "W4")::contains);
  }

  static Rig.DatabaseMaker database() {
    URI server =
        URI.create(environment("PEERS_PG_URL", "postgres://bench@127.0.0.1:5432/postgres"));
    return (directory, port) -> Database.on(server);
  }

  void take(List<String> workloads)
      throws IOException, InterruptedException, SQLException, ExecutionException {
    rig.start(Jobs.SLOTS);
    Jobs jobs = new Jobs(rig);
    jobs.warmUp(100);
    for (String workload : workloads) {
      rig.database().execute("VACUUM ANALYZE");
      rig.database().execute("CHECKPOINT");
      int before = Busy.during(Duration.ofMillis(300)).share();
      Busy busy = Busy.now();
      Map<String, Object> figures =
          switch (workload) {
            case "W1" -> enqueued(jobs.submits(number("PEERS_N", 20_000), Duration.ofSeconds(6)));
            case "W3" -> started(jobs.starts(number("PEERS_W3_JOBS", 100), gap()));
            default -> ran(jobs.noOps(number("PEERS_W4_JOBS", 1000), Duration.ofSeconds(60)));
          };
      Busy used = busy.since();
      Map<String, Object> sample = new LinkedHashMap<>();
      sample.put("w", workload);
      sample.put("round", number("PEERS_ROUND", 1));
      sample.put("peer", "Holdfast");
      sample.put("version", System.getProperty("holdfast.version", "?"));
      sample.put("setting", "default");
      sample.putAll(figures);
      sample.put("cpu", used.share());
      sample.put("steal", used.stolen());
      sample.put("before", before);
      emit(Client.json(sample));
    }
  }

  private static Map<String, Object> enqueued(Load load) {
    return Map.of("value", load.rate(), "unit", "jobs/s", "n", load.done());
  }

  private static Map<String, Object> ran(Load load) {
    return Map.of("value", load.rate(), "unit", "jobs/s", "n", load.done());
  }

  private static Map<String, Object> started(Jobs.Starts starts) {
    return Map.of(
        "value", starts.fromAnswer().median(),
        "p99", starts.fromAnswer().at(0.99),
        "call_p50", starts.fromCall().median(),
        "call_p99", starts.fromCall().at(0.99),
        "unit", "ms",
        "n", starts.fromCall().count());
  }

  private static void emit(String line) throws IOException {
    System.out.println(line);
    String out = System.getenv("PEERS_OUT");
    if (out != null) {
      Files.writeString(
          Path.of(out), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  private static Duration gap() {
    return Duration.ofMillis(number("PEERS_W3_GAP_MS", 50));
  }

  private static int number(String name, int otherwise) {
    return Integer.parseInt(environment(name, String.valueOf(otherwise)));
  }

  private static String environment(String name, String otherwise) {
    return System.getenv().getOrDefault(name, otherwise);
  }

  /** The whole machine's time so far, in ticks; differences in percent. */
  private record Busy(long total, long idle, long steal) {

    static Busy now() throws IOException {
      String[] ticks =
          Files.readAllLines(Path.of("/proc/stat")).get(0).substring(3).strip().split("\\s+", -1);
      long total = 0;
      for (int i = 0; i < 8; i++) {
        total += Long.parseLong(ticks[i]);
      }
      return new Busy(
          total, Long.parseLong(ticks[3]) + Long.parseLong(ticks[4]), Long.parseLong(ticks[7]));
    }

    static Busy during(Duration time) throws IOException, InterruptedException {
      Busy begin = now();
      Thread.sleep(time.toMillis());
      return begin.since();
    }

    Busy since() throws IOException {
      Busy end = now();
      return new Busy(end.total - total, end.idle - idle, end.steal - steal);
    }

    int share() {
      return (int) (100 * (total - idle) / Math.max(1, total));
    }

    int stolen() {
      return (int) (100 * steal / Math.max(1, total));
    }
  }
}
