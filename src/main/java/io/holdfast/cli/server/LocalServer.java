package io.holdfast.cli.server;

import io.holdfast.cli.server.ServerOptions.Database;
import io.holdfast.cli.server.WildFlyInstance.Address;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The server of a checkout: PostgreSQL and WildFly, whichever of them runs already, in whatever
 * state a crash has left them. Two launchers at once take turns.
 */
public final class LocalServer {

  private static final Duration STOP = Duration.ofSeconds(40);
  private static final long POLL_MILLIS = 100;

  private final Layout layout;
  private final Progress progress;
  private final PostgresInstance postgres;

  /**
   * What {@link #start} did.
   *
   * @param startedServer false if WildFly ran already
   * @param startedDatabase false if PostgreSQL ran already, or is external
   */
  public record Started(URI url, boolean startedServer, boolean startedDatabase) {}

  public LocalServer(Layout layout, Progress progress) {
    this.layout = layout;
    this.progress = progress;
    this.postgres = new PostgresInstance(layout.postgres());
  }

  /**
   * Starts what does not run, and waits until the server is ready to take work.
   *
   * @throws StartFailed if it does not get ready; what this call has started is stopped again
   */
  public Started start(ServerOptions options, Duration patience)
      throws IOException, InterruptedException {
    StateFiles.directory(layout.state());
    Started started;
    try (FileChannel channel = lockFile()) {
      takeTurn(channel);
      started = launch(options);
    }
    boolean ready = false;
    try {
      awaitReady(started.url(), patience);
      ready = true;
    } finally {
      if (!ready) {
        stop(started);
      }
    }
    return started;
  }

  /** Stops WildFly, then PostgreSQL; jobs go on. */
  public void stop() throws IOException, InterruptedException {
    stopServer();
    if (postgres.isAlive()) {
      postgres.stop();
      progress.say("PostgreSQL stopped");
    }
  }

  /** Stops only what that start has started. */
  public void stop(Started started) throws IOException, InterruptedException {
    if (started.startedServer()) {
      stopServer();
    }
    if (started.startedDatabase()) {
      postgres.stop();
      progress.say("PostgreSQL stopped");
    }
  }

  /** WildFly's process, if it is alive. */
  public Optional<LocalProcess> serverProcess() throws IOException {
    return LocalProcess.read(layout.server().resolve("server.pid")).filter(LocalProcess::isAlive);
  }

  public boolean isRunning() throws IOException {
    return serverProcess().isPresent() || postgres.isAlive();
  }

  public Path log() {
    return layout.server().resolve("log/server.log");
  }

  /** Where it is, or was last. */
  public URI url() throws IOException {
    return URI.create(InstanceFile.read(layout).url());
  }

  /** How the server was started last; {@code otherwise} where that is not known. */
  public ServerOptions lastOptions(ServerOptions otherwise) throws IOException {
    Path file = layout.server().resolve("server.properties");
    if (!Files.isReadable(file)) {
      return otherwise;
    }
    Properties last = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      last.load(in);
    }
    boolean embedded = usesEmbedded();
    return new ServerOptions(
        new Address(
            last.getProperty("jboss.bind.address", otherwise.address().host()),
            Integer.parseInt(last.getProperty("jboss.http.port")),
            Integer.parseInt(last.getProperty("jboss.management.http.port"))),
        embedded ? postgres.port() : otherwise.databasePort(),
        embedded
            ? Optional.empty()
            : Optional.of(
                new Database(
                    last.getProperty("holdfast.db.url", ""),
                    last.getProperty("holdfast.db.user", ""),
                    last.getProperty("holdfast.db.password", ""))),
        otherwise.jvmOptions());
  }

  private Started launch(ServerOptions options) throws IOException, InterruptedException {
    boolean serverRuns = serverProcess().isPresent();
    boolean embedded = options.database().isEmpty();
    boolean databaseRuns = postgres.isAlive();
    requireFreePorts(options, !serverRuns, embedded && !databaseRuns);
    boolean startDatabase = embedded && !databaseRuns && (!serverRuns || usesEmbedded());
    if (startDatabase) {
      progress.say("starting PostgreSQL");
      int port = serverRuns ? postgres.port() : options.databasePort();
      LocalProcess process = postgres.start(port);
      progress.say("PostgreSQL ready on 127.0.0.1:" + port + " (pid " + process.pid() + ")");
    }
    if (serverRuns) {
      return new Started(url(), false, startDatabase);
    }
    boolean launched = false;
    try {
      launchWildFly(options);
      launched = true;
    } finally {
      if (!launched && startDatabase) {
        postgres.stop();
      }
    }
    return new Started(options.address().url(), true, startDatabase);
  }

  private void launchWildFly(ServerOptions options) throws IOException, InterruptedException {
    WildFlyTemplate template =
        WildFlyTemplate.configured(
            layout.wildFly(),
            layout.wildFlyScripts(),
            layout.postgresDriver(),
            layout.templates(),
            () ->
                progress.say(
                    "configuring WildFly (once for each version of it and of its scripts)"));
    StateFiles.directory(layout.home());
    LocalProcess process =
        new WildFlyInstance(template, layout.server())
            .start(
                layout.war(), options.address(), settings(options), Map.of(), options.jvmOptions());
    new InstanceFile(options.address().url().toString(), layout.home()).write(layout);
    progress.say("WildFly started (pid " + process.pid() + ")");
  }

  private Map<String, String> settings(ServerOptions options) throws IOException {
    Database database =
        options.database().isPresent()
            ? options.database().get()
            : new Database(postgres.url(), postgres.user(), postgres.password());
    Map<String, String> settings = new HashMap<>();
    settings.put("holdfast.home", layout.home().toString());
    if (System.getenv("HOLDFAST_REPOSITORIES_ALLOW_LOCAL") == null) {
      settings.put("holdfast.repositories.allow-local", "true");
    }
    if (System.getenv("HOLDFAST_CALLBACKS_ALLOW_ADDRESSES") == null) {
      settings.put("holdfast.callbacks.allow-addresses", "127.0.0.0/8,::1");
    }
    settings.put("holdfast.db.url", database.url());
    settings.put("holdfast.db.user", database.user());
    settings.put("holdfast.db.password", database.password());
    return settings;
  }

  private void requireFreePorts(ServerOptions options, boolean server, boolean database)
      throws StartFailed {
    String host = options.address().host();
    if (server) {
      Ports.requireFree(host, options.address().http(), "HTTP", "--port or HOLDFAST_PORT");
      Ports.requireFree(
          "127.0.0.1",
          options.address().management(),
          "WildFly's management",
          "--management-port or HOLDFAST_MANAGEMENT_PORT");
    }
    if (database) {
      Ports.requireFree(
          "127.0.0.1", options.databasePort(), "PostgreSQL", "--db-port or HOLDFAST_DB_PORT");
    }
  }

  /** Whether the running server has the embedded database, which then must be on its old port. */
  private boolean usesEmbedded() throws IOException {
    Path properties = layout.server().resolve("server.properties");
    return Files.isReadable(properties)
        && Files.exists(layout.postgres().resolve("port"))
        && Files.readString(properties).contains(postgres.url());
  }

  private void awaitReady(URI url, Duration patience) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    Readiness readiness = Readiness.of(url);
    while (!readiness.ready()) {
      progress.say("waiting for " + readiness.waitingFor());
      if (serverProcess().isEmpty()) {
        throw failed("WildFly ended");
      }
      if (startedWithErrors()) {
        throw failed("the server started with errors");
      }
      if (System.nanoTime() > deadline) {
        throw failed("not ready after " + patience.toSeconds() + " s: " + readiness.waitingFor());
      }
      Thread.sleep(POLL_MILLIS);
      readiness = Readiness.of(url);
    }
    progress.say("ready");
  }

  private boolean startedWithErrors() {
    return LogFile.tail(log(), 50).stream().anyMatch(line -> line.contains(" WFLYSRV0026: "));
  }

  private StartFailed failed(String what) {
    List<String> lines = LogFile.tail(log(), 400);
    List<String> errors =
        lines.stream()
            .filter(line -> line.contains(" ERROR ") || line.contains("Caused by"))
            .toList();
    List<String> relevant = errors.isEmpty() ? lines : errors;
    List<String> console = LogFile.tail(layout.server().resolve("log/console.log"), 10);
    List<String> shown =
        relevant.isEmpty()
            ? console
            : relevant.subList(Math.max(0, relevant.size() - 15), relevant.size());
    return new StartFailed(what + " (log: " + log() + ")", shown);
  }

  private void stopServer() throws IOException, InterruptedException {
    Optional<LocalProcess> server = serverProcess();
    if (server.isPresent()) {
      server.get().signal("TERM");
      if (!server.get().awaitEnd(STOP)) {
        server.get().kill();
      }
      progress.say("WildFly stopped");
    }
  }

  private FileChannel lockFile() throws IOException {
    return FileChannel.open(
        layout.state().resolve("launcher.lock"),
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE);
  }

  /** The lock goes with the channel. */
  private void takeTurn(FileChannel channel) throws IOException {
    if (channel.tryLock() == null) {
      progress.say("another launcher is at work here; waiting for it");
      channel.lock();
    }
  }
}
