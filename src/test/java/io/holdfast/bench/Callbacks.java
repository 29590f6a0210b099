package io.holdfast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.testing.Receiver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Callbacks to receivers of this JVM. */
record Callbacks(Rig rig) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENDPOINTS = "/api/callback-endpoints";

  private record Arrival(Instant at, String body) {}

  /** Of jobs one after the other: from the command's last look at the clock, and from the event. */
  void latency(int jobs) throws IOException, InterruptedException {
    Client client = rig.client();
    BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    List<Double> fromCommand = new ArrayList<>();
    List<Double> fromEvent = new ArrayList<>();
    try (Receiver receiver = receiver(arrivals)) {
      String job =
          Client.json(
              Map.of(
                  "engine",
                  "shell",
                  "command",
                  List.of("date", "+%s%N"),
                  "callbacks",
                  List.of(Map.of("url", receiver.url()))));
      for (int i = 0; i < jobs; i++) {
        client.post("/api/jobs", job);
        Arrival arrival = next(arrivals);
        JsonNode payload = JSON.readTree(arrival.body());
        fromEvent.add(since(Instant.parse(payload.get("timestamp").asText()), arrival));
        try (InputStream output =
            client.open("/api/jobs/" + payload.at("/data/job_id").asText() + "/output")) {
          long nanos =
              Long.parseLong(new String(output.readAllBytes(), StandardCharsets.UTF_8).strip());
          fromCommand.add(since(Instant.ofEpochSecond(0, nanos), arrival));
        }
        Thread.sleep(20);
      }
    }
    row("end of job, as committed -> receiver, ms: p50 / p99 of " + jobs, fromEvent);
    row("end of job, as its command saw it -> receiver, ms: p50 / p99", fromCommand);
  }

  /** Rows that are due, as a long outage leaves them. */
  void drain(int endpoints, int rows, Duration atMost)
      throws IOException, InterruptedException, SQLException {
    AtomicInteger arrived = new AtomicInteger();
    List<String> ids = new ArrayList<>();
    try (Receiver receiver = new Receiver(false)) {
      receiver.whenRead(got -> arrived.incrementAndGet());
      for (int i = 0; i < endpoints; i++) {
        ids.add(register("drain-" + i, receiver));
      }
      fill(ids, rows);
      Duration used = rig.processorTime();
      long begin = System.nanoTime();
      while (arrived.get() < rows && System.nanoTime() - begin < atMost.toNanos()) {
        Thread.sleep(20);
      }
      int done = arrived.get();
      double seconds = (System.nanoTime() - begin) / 1e9;
      Table.row(
          done + " of " + rows + " due rows to " + endpoints + " endpoints: deliveries/s",
          Table.number(done / seconds));
      used = rig.processorTime().minus(used);
      Table.row(
          "processor time of server and database for each, ms",
          Table.number(used.toNanos() / 1e6 / done));
      remove(ids);
    }
  }

  /** Tests of ten endpoints at a time, alone and beside a dead one that has much to get. */
  void oneDead(int rounds) throws IOException, InterruptedException, SQLException {
    BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    List<String> ids = new ArrayList<>();
    try (Receiver healthy = receiver(arrivals);
        Receiver dead = new Receiver(false)) {
      AtomicInteger count = new AtomicInteger();
      dead.whenRead(
          got -> {
            count.incrementAndGet();
            LockSupport.parkNanos(Duration.ofMinutes(5).toNanos());
          });
      for (int i = 0; i < 10; i++) {
        ids.add(register("healthy-" + i, healthy));
      }
      List<Double> alone = pings(ids, arrivals, rounds);
      String itsId = register("dead", dead);
      fill(List.of(itsId), 1000);
      while (count.get() == 0) {
        Thread.sleep(10);
      }
      List<Double> beside = pings(ids, arrivals, rounds);
      row("ten healthy endpoints, ms: p50 / p99 of " + alone.size(), alone);
      row("the same beside a dead one with 1000 due", beside);
      ids.add(itsId);
      remove(ids);
    }
  }

  private List<Double> pings(List<String> ids, BlockingQueue<Arrival> arrivals, int rounds)
      throws IOException, InterruptedException {
    Client client = rig.client();
    List<Double> latencies = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      for (String id : ids) {
        client.post(ENDPOINTS + "/" + id + "/ping", "");
      }
      for (int k = 0; k < ids.size(); k++) {
        Arrival arrival = next(arrivals);
        Instant told = Instant.parse(JSON.readTree(arrival.body()).get("timestamp").asText());
        latencies.add(since(told, arrival));
      }
    }
    return latencies;
  }

  private String register(String name, Receiver receiver) throws IOException, InterruptedException {
    String body =
        Client.json(
            Map.of(
                "name",
                name,
                "url",
                receiver.url(),
                "secret",
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    return JSON.readTree(rig.client().post(ENDPOINTS, body)).get("id").asText();
  }

  private void fill(List<String> endpoints, int rows) throws IOException, SQLException {
    rig.database()
        .execute(
            """
            WITH d AS (
              INSERT INTO callback_delivery
                (id, job_id, attempt, event, target, endpoint_id, lane, state, due_at, created_at)
              SELECT gen_random_uuid(), gen_random_uuid(), 1, 'job.completed', e, CAST(e AS uuid), e, 'PENDING',
                now(), now()
              FROM generate_series(1, %d), unnest(string_to_array('%s', ',')) AS e RETURNING id)
            INSERT INTO callback_message (delivery_id, payload) SELECT id, repeat('x', 600) FROM d
            """
                .formatted(rows / endpoints.size(), String.join(",", endpoints)));
  }

  private void remove(List<String> endpoints) throws IOException, SQLException {
    rig.database()
        .execute(
            "DELETE FROM callback_endpoint WHERE CAST(id AS text) = ANY (string_to_array('"
                + String.join(",", endpoints)
                + "', ','))");
    rig.database().execute("DELETE FROM callback_delivery WHERE state <> 'IN_FLIGHT'");
  }

  private static Receiver receiver(BlockingQueue<Arrival> arrivals) {
    Receiver receiver = new Receiver(false);
    receiver.whenRead(got -> arrivals.add(new Arrival(Instant.now(), got.body())));
    return receiver;
  }

  private static Arrival next(BlockingQueue<Arrival> arrivals)
      throws IOException, InterruptedException {
    Arrival arrival = arrivals.poll(30, TimeUnit.SECONDS);
    if (arrival == null) {
      throw new IOException("no callback within 30 s");
    }
    return arrival;
  }

  private static double since(Instant begin, Arrival arrival) {
    return Duration.between(begin, arrival.at()).toNanos() / 1e6;
  }

  private static void row(String figure, List<Double> values) {
    Samples samples = Samples.of(values);
    Table.row(figure, Table.number(samples.median()) + " / " + Table.number(samples.at(0.99)));
  }
}
