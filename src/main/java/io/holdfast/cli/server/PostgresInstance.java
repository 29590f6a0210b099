package io.holdfast.cli.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * A PostgreSQL 17 of one's own on loopback, every commit synced. It is a process of its own, in its
 * own session, that outlives whoever starts it; its data stay under {@code root}, and a new object
 * for the same {@code root} finds it again. After any kill the next {@link #start} just works.
 *
 * <p>Role and database {@code holdfast} exist once it has started; their password is made at the
 * first start and kept in a private file.
 */
public final class PostgresInstance {

  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 50;

  private final Path root;
  private final Path data;

  /**
   * The instance that lives in a directory, which need not exist yet.
   *
   * @param root holds the programs, the data directory, the password and the log
   */
  public PostgresInstance(Path root) {
    this.root = root.toAbsolutePath();
    this.data = this.root.resolve("data");
  }

  /** Starts it if it does not run already, and returns when it takes connections. */
  public LocalProcess start(int port) throws IOException, InterruptedException {
    Optional<LocalProcess> running = process();
    LocalProcess process = running.isPresent() ? running.get() : launch(port);
    awaitReady(process);
    return process;
  }

  /** The running server, found by what the kernel says, not by what a file claims. */
  public Optional<LocalProcess> process() throws IOException {
    return LocalProcess.read(pidFile()).filter(LocalProcess::isAlive);
  }

  public boolean isAlive() throws IOException {
    return process().isPresent();
  }

  /** The port it was started with last. */
  public int port() throws IOException {
    return Integer.parseInt(Files.readString(root.resolve("port")).strip());
  }

  public String url() throws IOException {
    return url("holdfast");
  }

  public String user() {
    return "holdfast";
  }

  public String password() throws IOException {
    return Files.readString(passwordFile()).strip();
  }

  public Path log() {
    return root.resolve("postgresql.log");
  }

  /** SIGKILL to the postmaster; its other processes end by themselves when they see that. */
  public void kill() throws IOException, InterruptedException {
    Optional<LocalProcess> process = process();
    if (process.isPresent()) {
      process.get().kill();
    }
  }

  /** Ends sessions, writes a checkpoint, stops. */
  public void stop() throws IOException, InterruptedException {
    Optional<LocalProcess> process = process();
    if (process.isPresent()) {
      process.get().signal("INT"); // a "fast" shutdown
      if (!process.get().awaitEnd(STOP)) {
        process.get().kill(); // the write-ahead log has it all
      }
    }
  }

  private LocalProcess launch(int port) throws IOException, InterruptedException {
    StateFiles.directory(root);
    Path programs = PostgresBinaries.unpacked(root.resolve("programs"));
    if (!Files.exists(data)) {
      initialise(programs);
    }
    new DataDirectory(data).awaitUnused();
    StateFiles.replace(root.resolve("port"), port + "\n");
    LogFile.rotate(log());
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(asOrdinaryUser());
    command.addAll(List.of(programs.resolve("bin/postgres").toString(), "-D", data.toString()));
    command.addAll(List.of("-p", Integer.toString(port), "-h", "127.0.0.1", "-k", ""));
    for (String setting :
        List.of("max_connections=100", "timezone=UTC", "log_timezone=UTC", "log_checkpoints=off")) {
      command.addAll(List.of("-c", setting));
    }
    ProcessBuilder postgres = new ProcessBuilder(command).directory(root.toFile());
    postgres.environment().keySet().removeIf(name -> name.startsWith("HOLDFAST_"));
    postgres.environment().put("LC_ALL", "C");
    postgres.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    postgres.redirectErrorStream(true).redirectOutput(log().toFile());
    LocalProcess process =
        LocalProcess.of(postgres.start().pid())
            .orElseThrow(() -> failed("PostgreSQL ended at once"));
    process.write(pidFile());
    return process;
  }

  private void initialise(Path programs) throws IOException, InterruptedException {
    if (!Files.exists(passwordFile())) {
      byte[] random = new byte[24];
      new SecureRandom().nextBytes(random);
      StateFiles.replace(passwordFile(), HexFormat.of().formatHex(random) + "\n");
    }
    Path making = root.resolve("data.new");
    StateFiles.deleteTree(making);
    List<String> command = new ArrayList<>(asOrdinaryUser());
    command.addAll(
        List.of(
            programs.resolve("bin/initdb").toString(),
            "--pgdata=" + making,
            "--username=postgres",
            "--pwfile=" + passwordFile(),
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8"));
    ProcessBuilder initdb = new ProcessBuilder(command).directory(root.toFile());
    initdb.environment().put("LC_ALL", "C");
    initdb.redirectErrorStream(true).redirectOutput(log().toFile());
    if (initdb.start().waitFor() != 0) {
      throw failed("PostgreSQL's data directory could not be made");
    }
    Files.move(making, data, StandardCopyOption.ATOMIC_MOVE);
  }

  private void awaitReady(LocalProcess process) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START.toNanos();
    while (true) {
      try (Connection connection = connect("postgres")) {
        createDatabase(connection);
        return;
      } catch (SQLException e) {
        if (!process.isAlive()) {
          throw failed("PostgreSQL did not start");
        }
        if (System.nanoTime() > deadline) {
          throw failed("PostgreSQL takes no connections: " + e.getMessage());
        }
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** The server's own role is no superuser. */
  private void createDatabase(Connection connection) throws SQLException, IOException {
    if (!exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = 'holdfast'")) {
      execute(connection, "CREATE ROLE holdfast LOGIN PASSWORD '" + password() + "'");
    }
    if (!exists(connection, "SELECT 1 FROM pg_database WHERE datname = 'holdfast'")) {
      execute(connection, "CREATE DATABASE holdfast OWNER holdfast");
    }
  }

  private Connection connect(String user) throws SQLException, IOException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password());
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("socketTimeout", "30");
    return DriverManager.getConnection(url("postgres"), properties);
  }

  private static boolean exists(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String url(String database) throws IOException {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
  }

  /** PostgreSQL refuses to run as root; in a user namespace without a mapping it is nobody. */
  private static List<String> asOrdinaryUser() throws IOException {
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    return Integer.valueOf(0).equals(uid) ? List.of("unshare", "-U") : List.of();
  }

  private StartFailed failed(String what) {
    return new StartFailed(what, LogFile.tail(log(), 15));
  }

  private Path pidFile() {
    return root.resolve("postgresql.pid");
  }

  private Path passwordFile() {
    return root.resolve("password");
  }
}
