package io.holdfast.callbacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.platform.Loop;
import io.holdfast.platform.Patience;
import io.holdfast.testing.Receiver;
import io.holdfast.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Prints figures; promises only what holds on any machine. */
@Timeout(300)
class CallbackFiguresIT {

  private static final int MANY = Integer.getInteger("holdfast.figures.deliveries", 2000);

  private TestDatabase database;
  private ExecutorService threads;
  private CallbackTown town;

  @BeforeEach
  void open() {
    database = TestDatabase.create();
    threads = Executors.newCachedThreadPool();
    town = CallbackTown.of(database, Map.of(), threads);
  }

  @AfterEach
  void close() {
    town.engine.loops().forEach(Loop::stop);
    threads.shutdownNow();
    town.close();
    database.close();
  }

  private void run() {
    town.engine.loops().forEach(threads::execute);
  }

  /** Rows that are due, as a long outage of a receiver leaves them. */
  private void fill(Endpoint endpoint, int count) {
    database.execute(
        """
        WITH d AS (
          INSERT INTO callback_delivery (id, job_id, attempt, event, target, endpoint_id, lane, state, due_at, created_at)
          SELECT gen_random_uuid(), gen_random_uuid(), 1, 'job.completed', '%1$s', '%1$s', '%1$s', 'PENDING',
            timestamptz '2026-11-24T07:00:00Z', timestamptz '2026-11-24T07:00:00Z'
          FROM generate_series(1, %2$d) RETURNING id)
        INSERT INTO callback_message (delivery_id, payload) SELECT id, repeat('x', 600) FROM d
        """
            .formatted(endpoint.id(), count));
  }

  private long delivered() {
    return Long.parseLong(
        database.value("SELECT count(*) FROM callback_delivery WHERE state = 'DELIVERED'"));
  }

  @Test
  void dueRowsDrain() {
    List<Receiver> receivers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Receiver receiver = new Receiver(false);
      receivers.add(receiver);
      fill(town.endpoint(receiver.url(), CallbackTown.SECRET), MANY / 10);
    }
    long started = System.nanoTime();
    run();
    assertThat(Patience.until(() -> delivered() == MANY, Duration.ofMinutes(4))).isTrue();
    double seconds = (System.nanoTime() - started) / 1e9;
    System.out.printf(
        "callbacks: %d due rows to 10 endpoints in %.1f s, %.0f/s%n",
        MANY, seconds, MANY / seconds);
    receivers.forEach(Receiver::close);
  }

  @Test
  void aCommitIsFollowedByItsCallback() {
    try (Receiver receiver = new Receiver()) {
      town.endpoint(receiver.url(), CallbackTown.SECRET);
      run();
      List<Long> latencies = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        int before = i;
        town.tell(EventType.JOB_COMPLETED);
        long committed = System.nanoTime();
        assertThat(
                Patience.until(() -> receiver.received().size() > before, Duration.ofSeconds(20)))
            .isTrue();
        latencies.add(receiver.received().get(i).at() - committed);
      }
      print("commit to receiver", latencies);
    }
  }

  @Test
  void oneDeadEndpointHoldsUpNobody() {
    List<Long> healthy = latenciesToTen(false);
    List<Long> beside = latenciesToTen(true);
    print("nine healthy endpoints", healthy);
    print("the same beside a dead one with 1000 due", beside);
  }

  private List<Long> latenciesToTen(boolean oneIsDead) {
    database.empty();
    try (CallbackTown own = CallbackTown.of(database, Map.of(), threads);
        Receiver receiver = new Receiver();
        Receiver dead = new Receiver(false)) {
      for (int i = 0; i < 9; i++) {
        own.endpoint(receiver.url());
      }
      if (oneIsDead) {
        dead.whenRead(got -> Patience.until(() -> false, Duration.ofSeconds(20)));
        fill(own.endpoint(dead.url()), 1000);
      }
      own.engine.loops().forEach(threads::execute);
      List<Long> latencies = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        int from = i * 9;
        own.tell(EventType.JOB_COMPLETED);
        long committed = System.nanoTime();
        assertThat(
                Patience.until(
                    () -> receiver.received().size() >= from + 9, Duration.ofSeconds(20)))
            .isTrue();
        for (int k = from; k < from + 9; k++) {
          latencies.add(receiver.received().get(k).at() - committed);
        }
      }
      own.engine.loops().forEach(Loop::stop);
      return latencies;
    }
  }

  private static void print(String what, List<Long> nanos) {
    List<Long> sorted = nanos.stream().sorted().toList();
    System.out.printf(
        "callbacks: %s: p50 %.1f ms, p99 %.1f ms, of %d%n",
        what,
        sorted.get(sorted.size() / 2) / 1e6,
        sorted.get(sorted.size() * 99 / 100) / 1e6,
        sorted.size());
  }
}
