package io.holdfast.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.jobs.JobState;
import io.holdfast.testing.Receiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kill -9 of the server at every step between a job's change and the receiver's 200: the receiver
 * gets each event, duplicates have the same id, and the log of tries is true.
 */
@Timeout(900)
@SuppressWarnings("NullAway.Init") // filled by JUnit
class CallbackKillIT {

  private static final int REPEATS = 4;
  private static final String RUNNING =
      "run: after the commit in Reconciler.apply of Reconciler.perform";

  @TempDir private Path directory;
  private Lane lane;
  private Receiver receiver;
  private ServerLife life;

  @BeforeEach
  void start() throws IOException {
    receiver = new Receiver();
    lane = new Lane(new FastJvm(directory), directory.resolve("told"), 1);
    startServer();
    life.stop(); // and not killed: it leaves the archive for all that follow
    startServer();
  }

  @AfterEach
  void close() {
    lane.close();
    receiver.close();
  }

  private void startServer() throws IOException {
    life = lane.start(ServerLife.NOWHERE);
    assertThat(life.isReady()).isTrue();
  }

  /** Before and after each commit that the way of a callback has, each try and each answer. */
  @Test
  void atEveryStepOfItsOwn() throws IOException {
    submit("first", receiver.port(), ServerLife.NOWHERE);
    awaitDelivered("first");
    List<String> steps = life.steps("run").stream().filter(CallbackKillIT::isOnTheWay).toList();
    assertThat(steps)
        .contains(RUNNING.replace("after", "before") + " (2)", RUNNING + " (2)")
        .anyMatch(step -> step.startsWith("run: before the commit in Deliverer.runOnce"))
        .anyMatch(step -> step.startsWith("run: after the commit in Deliverer.runOnce"))
        .contains("run: before a callback is sent (3)", "run: after the answer to a callback (3)");
    prove("first", true);
    int died = 0;
    for (String step : steps) {
      String name = "step" + ++died;
      submit(name, receiver.port(), step);
      life.await("end of " + name, () -> life.isDead() || isDelivered(name));
      boolean accepted = life.accepted();
      if (life.isDead()) {
        System.out.println("  died at " + step);
        startServer();
      }
      awaitDelivered(name);
      try {
        prove(name, accepted);
      } catch (AssertionError e) {
        throw new AssertionError("killed at '" + step + "': " + e.getMessage(), e);
      }
    }
  }

  private static boolean isOnTheWay(String step) {
    boolean repeated = step.matches(".* \\((\\d{2,}|[" + (REPEATS + 1) + "-9])\\)");
    return !repeated
        && (step.contains("callback")
            || step.contains(" the commit in Deliverer.")
            || step.contains(" the commit in Submissions.")
            || step.contains(" the commit in Reconciler."));
  }

  /** The receiver kills it, with the request in its hands. */
  @Test
  void afterTheRequestWasRead() throws IOException {
    for (String event : List.of("queued", "started", "completed")) {
      AtomicReference<@Nullable String> read = new AtomicReference<>();
      ServerLife victim = life;
      receiver.whenRead(
          got -> {
            if (got.body().contains("\"job." + event + "\"")
                && read.compareAndSet(null, got.id())) {
              victim.kill();
            }
          });
      submit(event, receiver.port(), ServerLife.NOWHERE);
      life.await("death", life::isDead);
      startServer();
      awaitDelivered(event);
      prove(event, true);
      assertThat(receiver.received())
          .filteredOn(got -> got.id().equals(read.get()))
          .as("what it read and did not answer came again")
          .hasSize(2);
    }
  }

  @Test
  void whileConnecting() throws IOException {
    List<Socket> crowd = new ArrayList<>();
    ServerSocket full = new ServerSocket(0, 1);
    int port = full.getLocalPort();
    try (full) {
      fill(full, crowd);
      submit("connecting", port, ServerLife.NOWHERE);
      life.await("connection attempt", () -> isConnecting(port));
      life.kill();
    } finally {
      for (Socket each : crowd) {
        each.close();
      }
    }
    receiver.close();
    receiver = new Receiver(true, port);
    startServer();
    awaitDelivered("connecting");
    prove("connecting", true);
  }

  /** Until the kernel answers no more of them. */
  private static void fill(ServerSocket server, List<Socket> crowd) throws IOException {
    while (true) {
      Socket next = new Socket();
      crowd.add(next);
      try {
        next.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()), 300);
      } catch (SocketTimeoutException e) {
        next.close();
        return;
      }
    }
  }

  /** As the kernel sees it: SYN_SENT to that port. */
  private static boolean isConnecting(int port) {
    String remote = String.format(Locale.ROOT, ":%04X 02 ", port);
    try {
      for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
        if (Files.readAllLines(Path.of(table)).stream().anyMatch(line -> line.contains(remote))) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void submit(String name, int port, String target) throws IOException {
    lane.hold(name + ".1");
    life.run(name, "told:" + port, target);
    life.await("run of " + name, () -> life.isDead() || life.took(RUNNING));
    lane.release(name + ".1");
  }

  private void awaitDelivered(String name) {
    life.await("deliveries of " + name, () -> isDelivered(name));
  }

  private boolean isDelivered(String name) {
    return lane.allEnded(name)
        && lane.database()
            .value(
                "SELECT count(*) FROM callback_delivery d JOIN job j ON j.id = d.job_id"
                    + " WHERE j.title LIKE '"
                    + name
                    + ".%' AND d.state <> 'DELIVERED'")
            .equals("0");
  }

  private void prove(String name, boolean accepted) throws IOException {
    lane.prove(name, 1, accepted);
    Map<String, List<String>> receipts = new HashMap<>();
    for (Receiver.Received got : receiver.received()) {
      if (got.body().contains("\"title\":\"" + name + ".1\"")) {
        receipts.computeIfAbsent(event(got), event -> new ArrayList<>()).add(got.id());
      }
    }
    assertThat(receipts.keySet()).as("what the receiver got").isEqualTo(happened(name));
    for (var receipt : receipts.entrySet()) {
      assertThat(new TreeSet<>(receipt.getValue())).as("ids of %s", receipt).hasSize(1);
      String id = receipt.getValue().get(0);
      String of = " FROM callback_attempt WHERE delivery_id = '" + id + "'";
      List<String> tries =
          lane.database()
              .values(
                  "SELECT coalesce(status || '', split_part(error, ':', 1))" + of + " ORDER BY id");
      assertThat(tries.get(tries.size() - 1)).as("last try of %s", receipt).isEqualTo("200");
      assertThat(tries.subList(0, tries.size() - 1))
          .as("tries before of %s", receipt)
          .allMatch("interrupted"::equals)
          .hasSizeBetween(receipt.getValue().size() - 1, 1);
      assertThat(
              lane.database()
                  .value("SELECT attempts FROM callback_delivery WHERE id = '" + id + "'"))
          .as("tries that count")
          .isEqualTo("1");
    }
  }

  private static String event(Receiver.Received got) {
    return got.body().replaceFirst(".*\"type\":\"([^\"]*)\".*\"attempt\":(\\d+).*", "$1 $2");
  }

  /** What the job's own record says. */
  private Set<String> happened(String name) {
    Set<String> events = new TreeSet<>();
    for (String row :
        lane.database()
            .values(
                "SELECT e.to_state || ' ' || e.attempt FROM job_event e JOIN job j ON j.id = e.job_id"
                    + " WHERE j.title = '"
                    + name
                    + ".1'")) {
      String[] parts = row.split(" ", 2);
      JobState.valueOf(parts[0])
          .told()
          .ifPresent(event -> events.add(event.wire() + " " + parts[1]));
    }
    return events;
  }
}
