package io.holdfast.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Measures Holdfast beside physical limits, in one run; prints one table. See docs/benchmarks.md.
 */
final class Bench {

  private static final int CLIENTS = 8;
  private static final int SUBMITS = 2000;
  private static final int STARTS = 100;
  private static final int NO_OPS = 200;
  private static final int RUNNING = 100;

  private final ServerUnderTest server;
  private final Path directory;

  private Bench(ServerUnderTest server, Path directory) {
    this.server = server;
    this.directory = directory;
  }

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("holdfast-bench-");
    ServerUnderTest server =
        ServerUnderTest.start(directory, directory.resolve("home"), RUNNING + 4);
    try {
      System.out.println(
          "Load average before: " + Files.readString(Path.of("/proc/loadavg")).strip());
      System.out.println("| figure | Holdfast | limit, same run | ratio |\n|---|---|---|---|");
      new Bench(server, directory).run();
    } finally {
      server.stop();
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  private void run() throws Exception {
    starts();
    noOps();
    submits();
    queueRecovery(105);
    queueRecovery(10_000);
    running();
    output();
  }

  private void submits() throws Exception {
    String held = "{\"engine\":\"shell\",\"command\":[\"true\"],\"auto_start\":false}";
    double ours = rate(CLIENTS, SUBMITS, () -> server.call("POST", "/api/jobs", held).statusCode());
    try (Connection connection = server.connect();
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE bench_insert (id bigserial PRIMARY KEY, payload text)");
    }
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    Instant begin = Instant.now();
    List<Future<?>> clients = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      clients.add(threads.submit(this::inserts));
    }
    for (Future<?> client : clients) {
      client.get();
    }
    double limit = SUBMITS / seconds(begin);
    threads.shutdown();
    row("submits/s over HTTP, 8 clients; limit: single-row inserts, 8 connections", ours, limit);
  }

  private Integer inserts() throws Exception {
    try (Connection connection = server.connect();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO bench_insert (payload) VALUES (?)")) {
      for (int i = 0; i < SUBMITS / CLIENTS; i++) {
        insert.setString(1, "x".repeat(220));
        insert.executeUpdate();
      }
    }
    return 0;
  }

  /** From before the HTTP call to the command's own first look at the clock. */
  private void starts() throws Exception {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < STARTS + 20; i++) {
      Instant before = Instant.now();
      String id = server.shell("date +%s%N");
      server.awaitEnd(id);
      long started = Long.parseLong(new String(server.output(id), StandardCharsets.UTF_8).strip());
      if (i >= 20) {
        millis.add((started - before.getEpochSecond() * 1_000_000_000L - before.getNano()) / 1e6);
      }
    }
    millis.sort(null);
    System.out.printf(
        "| submit -> command runs, ms: p50 / p99 of %d | %.1f / %.1f | | |%n",
        STARTS, millis.get(STARTS / 2), millis.get(STARTS * 99 / 100));
  }

  private void noOps() throws Exception {
    List<String> ids = new ArrayList<>();
    Instant begin = Instant.now();
    for (int i = 0; i < NO_OPS; i++) {
      ids.add(server.submit(Map.of("engine", "shell", "command", List.of("true"))));
    }
    for (String id : ids) {
      server.awaitEnd(id);
    }
    double ours = NO_OPS / seconds(begin);
    double limit =
        rate(
            4,
            NO_OPS,
            () ->
                new ProcessBuilder("setsid", "sh", "-c", "true")
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start()
                    .waitFor());
    row(
        "no-op jobs/s, submit included; limit: setsid sh -c true from Java, 4 threads",
        ours,
        limit);
  }

  /** Behind jobs that fill all slots, so that nothing but the queue is in play. */
  private void queueRecovery(int queued) throws Exception {
    Path gate = directory.resolve("gate-" + queued);
    List<String> blockers = block(gate, RUNNING + 4);
    List<Map<String, Object>> jobs = new ArrayList<>();
    for (int i = 0; i < queued; i++) {
      jobs.add(Map.of("engine", "shell", "command", List.of("true")));
      if (jobs.size() == 1000 || i == queued - 1) {
        String body = ServerUnderTest.JSON.writeValueAsString(Map.of("jobs", jobs));
        if (server.call("POST", "/api/jobs/batch", body).statusCode() != 201) {
          throw new IOException("batch refused");
        }
        jobs.clear();
      }
    }
    restart();
    System.out.printf(
        "| queue of %d recovered, ms | %d | | |%n",
        queued, operation("QueueRecovery", "duration_ms"));
    try (Connection connection = server.connect();
        var statement = connection.createStatement()) {
      statement.execute("DELETE FROM job WHERE state = 'QUEUED'"); // not part of what is measured
    }
    Files.createFile(gate);
    for (String id : blockers) {
      server.awaitEnd(id);
    }
  }

  private void running() throws Exception {
    Path gate = directory.resolve("gate-running");
    List<String> jobs = block(gate, RUNNING);
    long before = privateKilobytes();
    System.out.printf(
        "| private memory per running job beside it (runner and heartbeat), KiB | %d | | |%n",
        before / RUNNING);
    restart();
    System.out.printf(
        "| %d running jobs: inventory + re-attachment, ms | %d + %d | | |%n",
        RUNNING,
        operation("Inventory", "duration_ms"),
        operation("JobReattachment", "duration_ms"));
    Files.createFile(gate);
    for (String id : jobs) {
      server.awaitEnd(id);
    }
  }

  /** Of every runner of this home and the heartbeat that it forked; both run the same script. */
  private long privateKilobytes() throws IOException {
    long total = 0;
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process :
          processes.filter(path -> path.toString().matches("/proc/\\d+")).toList()) {
        try {
          if (Files.readString(process.resolve("cmdline")).contains(server.home() + "/runner/")) {
            total +=
                Files.readAllLines(process.resolve("smaps_rollup")).stream()
                    .filter(line -> line.startsWith("Private_"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
          }
        } catch (IOException e) {
          // it ended while we looked
        }
      }
    }
    return total;
  }

  private void output() throws Exception {
    String id = server.shell("head -c 62914560 /dev/zero | tr '\\0' x");
    server.awaitEnd(id);
    Instant begin = Instant.now();
    int bytes = server.output(id).length;
    System.out.printf(
        "| GET of a %d MiB output, MiB/s | %.0f | | |%n",
        bytes >> 20, (bytes >> 20) / seconds(begin));
    begin = Instant.now();
    byte[] stream = server.call("GET", "/api/jobs/" + id + "/output/stream", null).body();
    System.out.printf(
        "| the same followed as events, MiB/s | %.0f | | |%n",
        new ByteArrayInputStream(stream).available() / 1048576.0 / seconds(begin));
  }

  private List<String> block(Path gate, int count) throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(server.shell("while [ ! -e \"$1\" ]; do sleep 5; done", gate.toString()));
    }
    for (String id : ids) {
      server.awaitState(id, "RUNNING"::equals);
    }
    return ids;
  }

  private void restart() throws Exception {
    server.killServer();
    server.startServer();
    server.awaitReady();
  }

  private long operation(String component, String field) throws Exception {
    for (JsonNode operation :
        server.get("/api/admin/startup-log").get("current_startup").get("operations")) {
      if (operation.get("component").asText().equals(component)) {
        return operation.get(field).asLong();
      }
    }
    throw new IllegalStateException(component);
  }

  private static double rate(int clients, int count, Callable<?> step) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      Instant begin = Instant.now();
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        calls.add(threads.submit(step));
      }
      for (Future<?> call : calls) {
        call.get();
      }
      return count / seconds(begin);
    } finally {
      threads.shutdown();
    }
  }

  private static double seconds(Instant begin) {
    return (Instant.now().toEpochMilli() - begin.toEpochMilli()) / 1000.0;
  }

  private static void row(String figure, double ours, double limit) {
    System.out.printf("| %s | %.0f | %.0f | %.2f |%n", figure, ours, limit, ours / limit);
  }
}
