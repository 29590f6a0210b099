package io.holdfast.bench;

import io.holdfast.cli.server.LocalProcess;
import io.holdfast.cli.server.WildFlyInstance;
import io.holdfast.cli.server.WildFlyTemplate;
import io.holdfast.testing.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A server as people run it, with the launcher's own JVM options, and its database; all of it below
 * one directory, which goes with it.
 */
final class Rig {

  private static final List<String> JVM = List.of("-Xms128m", "-Xmx512m");
  private static final Duration START = Duration.ofMinutes(3);

  private final Path directory;
  private final Database database;
  private final WildFlyInstance wildFly;
  private final WildFlyInstance.Address address;
  private final List<Gate> gates = new ArrayList<>();

  /** How a database is made in the run's directory, with a port that is free. */
  interface DatabaseMaker {
    Database make(Path directory, int port) throws IOException, InterruptedException, SQLException;
  }

  Rig(DatabaseMaker maker) throws IOException, InterruptedException, SQLException {
    this.directory = Files.createTempDirectory(Path.of("target"), "bench-").toAbsolutePath();
    List<Integer> ports = FreePorts.find(3);
    Path checkout = Path.of("").toAbsolutePath();
    WildFlyTemplate template =
        WildFlyTemplate.configured(
            Path.of(System.getProperty("holdfast.wildfly.home")),
            checkout.resolve("server-config/wildfly"),
            Path.of(System.getProperty("holdfast.cli.lib")).resolve("postgresql.jar"),
            checkout.resolve(".holdfast/wildfly-templates"));
    this.wildFly = new WildFlyInstance(template, directory.resolve("server"));
    this.address = WildFlyInstance.Address.loopback(ports.get(0), ports.get(1));
    this.database = maker.make(directory.resolve("postgresql"), ports.get(2));
  }

  Path home() {
    return directory.resolve("home");
  }

  Database database() {
    return database;
  }

  long serverPid() throws IOException {
    return wildFly.process().map(LocalProcess::pid).orElseThrow();
  }

  /** What the server and the database have used of the processors. */
  Duration processorTime() throws IOException {
    Duration sum = Duration.ZERO;
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      if (process.pid() == serverPid() || isDatabase(process)) {
        sum = sum.plus(process.info().totalCpuDuration().orElse(Duration.ZERO));
      }
    }
    return sum;
  }

  /** The postmaster, or one of its children, which do not name the directory. */
  private boolean isDatabase(ProcessHandle process) {
    return Stream.of(Optional.of(process), process.parent())
        .flatMap(Optional::stream)
        .flatMap(any -> any.info().arguments().stream())
        .anyMatch(words -> String.join(" ", words).contains(directory.resolve("postgresql") + "/"));
  }

  Client client() throws IOException {
    return new Client(address.url(), Files.readString(home().resolve("admin-token")).strip());
  }

  /** Starts the server with so many slots. @return milliseconds until it was ready */
  long start(int slots) throws IOException, InterruptedException {
    return start(Path.of(System.getProperty("holdfast.war")), "/health/ready", slots);
  }

  /** The same server with another WAR, which is ready when that path answers. */
  long start(Path war, String path, int slots) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    wildFly.start(
        war,
        address,
        Map.of(
            "holdfast.home", home().toString(),
            "holdfast.jobs.max-concurrent", String.valueOf(slots),
            "holdfast.callbacks.allow-addresses", "127.0.0.0/8",
            "holdfast.db.url", database.url(),
            "holdfast.db.user", database.user(),
            "holdfast.db.password", database.password()),
        Map.of(),
        JVM);
    Client client = new Client(address.url(), "none");
    while (!client.answers(path)) {
      if (!wildFly.isAlive() || System.nanoTime() - begin > START.toNanos()) {
        throw new IOException("the server does not get ready, log " + wildFly.log());
      }
      Thread.sleep(10);
    }
    return (System.nanoTime() - begin) / 1_000_000;
  }

  /** SIGKILL; jobs go on. */
  void kill() throws IOException, InterruptedException {
    wildFly.kill();
  }

  /** A gate for jobs to wait at. */
  Gate gate() throws IOException {
    Gate gate = new Gate(directory.resolve("gate-" + gates.size()));
    gates.add(gate);
    return gate;
  }

  /** So many jobs run and wait. */
  void hold(Gate gate, int jobs) throws IOException, InterruptedException, SQLException {
    client().submit(jobs, gate.command());
    await(jobs, "state = 'RUNNING'");
  }

  /** Until none is open. */
  void awaitIdle() throws IOException, InterruptedException, SQLException {
    await(0, "state IN ('QUEUED', 'PREPARING', 'LAUNCHING', 'RUNNING')");
  }

  private void await(int jobs, String condition)
      throws IOException, InterruptedException, SQLException {
    long deadline = System.nanoTime() + START.toNanos();
    while (database.number("SELECT count(*) FROM job WHERE " + condition) != jobs) {
      if (System.nanoTime() > deadline) {
        throw new IOException("waited in vain for " + jobs + " jobs: " + condition);
      }
      Thread.sleep(20);
    }
  }

  /** Ends all of it and removes what it made. */
  void remove() throws IOException, InterruptedException, SQLException {
    for (Gate gate : gates) {
      gate.close();
    }
    for (int look = 0; look < 100 && !runners().isEmpty(); look++) {
      Thread.sleep(50); // held jobs end by themselves now
    }
    wildFly.kill();
    database.discard();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** The processes of this home's runners and their heartbeats, below /proc. */
  List<Path> runners() throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process :
          processes.filter(path -> path.toString().matches("/proc/\\d+")).toList()) {
        try {
          if (Files.readString(process.resolve("cmdline")).contains(home() + "/runner/")) {
            found.add(process);
          }
        } catch (IOException e) {
          // it ended while we looked
        }
      }
    }
    return found;
  }
}
