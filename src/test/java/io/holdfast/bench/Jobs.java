package io.holdfast.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Submitting, starting and running, on a server with {@link #SLOTS}. */
record Jobs(Rig rig) {

  static final int SLOTS = 4;
  static final int CLIENTS = 8;

  /** From before the HTTP call, and from its answer, to the command's own look at the clock. */
  record Starts(Samples fromCall, Samples fromAnswer, Samples call) {}

  void warmUp(int jobs) throws IOException, InterruptedException, SQLException {
    Client client = rig.client();
    for (int i = 0; i < jobs; i++) {
      client.submit(List.of("true"));
    }
    rig.awaitIdle();
  }

  /** Into the queue, behind jobs that hold all slots. */
  Load submits(int jobs, Duration atMost)
      throws IOException, InterruptedException, SQLException, ExecutionException {
    Client client = rig.client();
    String body = Client.json(Client.job(List.of("true")));
    try (Gate gate = rig.gate()) {
      rig.hold(gate, SLOTS);
      Load.of(CLIENTS, 500, atMost, () -> client.post("/api/jobs", body));
      Load load = Load.of(CLIENTS, jobs, atMost, () -> client.post("/api/jobs", body));
      rig.database().execute("DELETE FROM job WHERE state = 'QUEUED'"); // to run them is no part
      return load;
    } finally {
      rig.awaitIdle();
    }
  }

  /** One after the other, each when the one before has ended and after a pause. */
  Starts starts(int jobs, Duration pause) throws IOException, InterruptedException {
    Client client = rig.client();
    List<Double> fromCall = new ArrayList<>();
    List<Double> fromAnswer = new ArrayList<>();
    List<Double> calls = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      long called = now();
      String id = client.submit(List.of("date", "+%s%N"));
      long answered = now();
      client.awaitEnd(id);
      try (InputStream output = client.open("/api/jobs/" + id + "/output")) {
        String printed = new String(output.readAllBytes(), StandardCharsets.UTF_8);
        long started = Long.parseLong(printed.strip());
        fromCall.add((started - called) / 1e6);
        fromAnswer.add((started - answered) / 1e6);
        calls.add((answered - called) / 1e6);
      }
      Thread.sleep(pause.toMillis());
    }
    return new Starts(Samples.of(fromCall), Samples.of(fromAnswer), Samples.of(calls));
  }

  /** Queued before; from the moment that the slots are free to the last end. */
  Load noOps(int jobs, Duration atMost) throws IOException, InterruptedException, SQLException {
    Gate gate = rig.gate();
    try {
      rig.hold(gate, SLOTS);
      rig.client().submit(jobs, List.of("true"));
    } finally {
      gate.close();
    }
    long begin = System.nanoTime();
    long open;
    do {
      Thread.sleep(10);
      open =
          rig.database()
              .number(
                  "SELECT count(*) FROM job"
                      + " WHERE state IN ('QUEUED', 'PREPARING', 'LAUNCHING', 'RUNNING')");
    } while (open > 0 && System.nanoTime() - begin < atMost.toNanos());
    return new Load(jobs - (int) open, (System.nanoTime() - begin) / 1e9);
  }

  private static long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
