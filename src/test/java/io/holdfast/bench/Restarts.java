package io.holdfast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** SIGKILL and what follows. */
record Restarts(Rig rig) {

  private static final int PAIRS = 3;
  private static final int RUNNING = 100;

  /** Behind jobs that hold all slots, so that nothing but the queue is in play. */
  void queue() throws IOException, InterruptedException, SQLException {
    List<Double> ready = new ArrayList<>();
    List<Double> empty = new ArrayList<>();
    List<Double> queue = new ArrayList<>();
    try (Gate gate = rig.gate()) {
      rig.hold(gate, Jobs.SLOTS);
      rig.client().submit(105, List.of("true"));
      Path war = emptyWar();
      for (int pair = 0; pair < PAIRS; pair++) {
        rig.kill();
        empty.add((double) rig.start(war, "/index.html", Jobs.SLOTS));
        rig.kill();
        ready.add((double) rig.start(Jobs.SLOTS));
        queue.add(millis("QueueRecovery"));
      }
      Samples readies = Samples.of(ready);
      Samples empties = Samples.of(empty);
      Table.row("queue of 105 recovered, ms, median of " + PAIRS, one(Samples.of(queue).median()));
      Table.row(
          "ready after kill -9 - ready with an empty WAR = difference, ms, medians of " + PAIRS,
          one(readies.median())
              + " - "
              + one(empties.median())
              + " = "
              + one(readies.median() - empties.median()));
      rig.client().submit(10_000 - 105, List.of("true"));
      rig.kill();
      rig.start(Jobs.SLOTS);
      Table.row("queue of 10,000 recovered, ms", one(millis("QueueRecovery")));
      rig.database().execute("DELETE FROM job WHERE state = 'QUEUED'");
    }
    rig.awaitIdle();
  }

  void running() throws IOException, InterruptedException, SQLException {
    rig.kill();
    rig.start(RUNNING + Jobs.SLOTS);
    try (Gate gate = rig.gate()) {
      rig.hold(gate, RUNNING);
      Table.row(
          "memory beside a running job, private pages of runner and heartbeat, KiB",
          String.valueOf(privateKilobytes() / RUNNING));
      rig.kill();
      rig.start(RUNNING + Jobs.SLOTS);
      Table.row(
          RUNNING + " running jobs: inventory + re-attachment, ms",
          one(millis("Inventory")) + " + " + one(millis("JobReattachment")));
    }
    rig.awaitIdle();
  }

  private long privateKilobytes() throws IOException {
    long total = 0;
    for (Path process : rig.runners()) {
      total +=
          Files.readAllLines(process.resolve("smaps_rollup")).stream()
              .filter(line -> line.startsWith("Private_"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum();
    }
    return total;
  }

  /** Of the current start's phase. */
  private double millis(String phase) throws IOException, InterruptedException {
    for (JsonNode operation :
        rig.client().get("/api/admin/startup-log").get("current_startup").get("operations")) {
      if (operation.get("component").asText().equals(phase)) {
        return operation.get("duration_ms").asDouble();
      }
    }
    throw new IOException("no phase " + phase);
  }

  private Path emptyWar() throws IOException {
    Path war = Files.createFile(rig.home().resolveSibling("empty.war"));
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(war))) {
      for (Map.Entry<String, String> file :
          Map.of(
                  "index.html",
                  "empty\n",
                  "WEB-INF/jboss-web.xml",
                  "<jboss-web><context-root>/</context-root></jboss-web>\n")
              .entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return war;
  }

  private static String one(double millis) {
    return String.valueOf(Math.round(millis));
  }
}
