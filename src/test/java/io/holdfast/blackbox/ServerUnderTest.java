package io.holdfast.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.cli.client.Api;
import io.holdfast.cli.server.LocalProcess;
import io.holdfast.cli.server.PostgresInstance;
import io.holdfast.cli.server.WildFlyInstance;
import io.holdfast.cli.server.WildFlyTemplate;
import io.holdfast.testing.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A WildFly with the WAR and a PostgreSQL, both to be killed; everything below one directory. */
final class ServerUnderTest {

  static final ObjectMapper JSON = new ObjectMapper();
  static final Duration PATIENCE = Duration.ofMinutes(4);

  private final PostgresInstance postgres;
  private final WildFlyInstance wildFly;
  private final Path home;
  private final int slots;
  private final WildFlyInstance.Address address;
  private final int databasePort;
  private final List<String> options = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  private ServerUnderTest(PostgresInstance postgres, WildFlyInstance wildFly, Path home, int slots)
      throws IOException {
    this.postgres = postgres;
    this.wildFly = wildFly;
    this.home = home;
    this.slots = slots;
    List<Integer> ports = FreePorts.find(3);
    this.address = WildFlyInstance.Address.loopback(ports.get(0), ports.get(1));
    this.databasePort = ports.get(2);
  }

  /** A server that is ready. */
  static ServerUnderTest start(Path directory, Path home) throws IOException, InterruptedException {
    return start(directory, home, 4);
  }

  /** The same with room for so many jobs at once. */
  static ServerUnderTest start(Path directory, Path home, int slots)
      throws IOException, InterruptedException {
    return start(directory, home, slots, List.of());
  }

  /** The same with more options of its JVM. */
  static ServerUnderTest start(Path directory, Path home, int slots, List<String> options)
      throws IOException, InterruptedException {
    Path checkout = Path.of("").toAbsolutePath();
    WildFlyTemplate template =
        WildFlyTemplate.configured(
            Path.of(System.getProperty("holdfast.wildfly.home")),
            checkout.resolve("server-config/wildfly"),
            Path.of(System.getProperty("holdfast.cli.lib")).resolve("postgresql.jar"),
            checkout.resolve(".holdfast/wildfly-templates"));
    ServerUnderTest server =
        new ServerUnderTest(
            new PostgresInstance(directory.resolve("postgresql")),
            new WildFlyInstance(template, directory.resolve("server")),
            home,
            slots);
    server.options.addAll(options);
    server.startDatabase();
    server.startServer();
    server.awaitReady();
    return server;
  }

  Path log() {
    return wildFly.log();
  }

  Path home() {
    return home;
  }

  void startDatabase() throws IOException, InterruptedException {
    postgres.start(databasePort);
  }

  Connection connect() throws IOException, SQLException {
    return DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
  }

  void killDatabase() throws IOException, InterruptedException {
    postgres.kill();
  }

  void startServer() throws IOException {
    List<String> jvm =
        new ArrayList<>(
            List.of(
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dholdfast.callbacks.allow-addresses=127.0.0.0/8"));
    jvm.addAll(options);
    wildFly.start(
        Path.of(System.getProperty("holdfast.war")),
        address,
        Map.ofEntries(
            Map.entry("holdfast.home", home.toString()),
            Map.entry("holdfast.repositories.allow-local", "true"),
            Map.entry("holdfast.jobs.max-concurrent", String.valueOf(slots)),
            Map.entry("holdfast.execution.cancel-grace", "1s"),
            Map.entry("holdfast.execution.max-output", "64MiB"),
            Map.entry("holdfast.http.read-timeout-ms", "3000"),
            Map.entry("holdfast.http.max-body", "1MiB"),
            Map.entry("holdfast.db.url", postgres.url()),
            Map.entry("holdfast.db.user", postgres.user()),
            Map.entry("holdfast.db.password", postgres.password())),
        Map.of(),
        jvm);
  }

  /** SIGKILL; returns when it is dead. */
  void killServer() throws IOException, InterruptedException {
    LocalProcess process = wildFly.process().orElseThrow();
    wildFly.kill();
    if (!process.awaitEnd(PATIENCE)) {
      throw new IllegalStateException("SIGKILL did not end " + process);
    }
  }

  void awaitReady() throws InterruptedException {
    Await.until("the server is ready, log " + wildFly.log(), PATIENCE, () -> readyStatus() == 200);
  }

  /** Of /health/ready; 0 if nobody answers. */
  int readyStatus() {
    try {
      return send("GET", "/health/ready", null, Map.of()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  URI url() {
    return address.url();
  }

  String token() throws IOException {
    return Files.readString(home.resolve("admin-token")).strip();
  }

  Api api() throws IOException {
    return new Api(url(), token());
  }

  HttpResponse<byte[]> send(
      String method, String path, byte @Nullable [] body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .timeout(Duration.ofSeconds(60))
            .method(
                method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  HttpResponse<byte[]> call(String method, String path, @Nullable String json)
      throws IOException, InterruptedException {
    Map<String, String> headers =
        Map.of("Authorization", "Bearer " + token(), "Content-Type", "application/json");
    return send(method, path, json == null ? null : json.getBytes(StandardCharsets.UTF_8), headers);
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = call("GET", path, null);
    if (response.statusCode() != 200) {
      throw new IOException(path + ": " + response.statusCode() + " " + text(response));
    }
    return JSON.readTree(response.body());
  }

  /** Submits and returns the new job's id. */
  String submit(Map<String, Object> job) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = call("POST", "/api/jobs", JSON.writeValueAsString(job));
    if (response.statusCode() != 201) {
      throw new IOException("submit: " + response.statusCode() + " " + text(response));
    }
    return JSON.readTree(response.body()).get("id").asText();
  }

  /** A shell job. */
  String shell(String script, String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "job"));
    command.addAll(List.of(words));
    return submit(Map.of("engine", "shell", "command", command));
  }

  JsonNode job(String id) throws IOException, InterruptedException {
    return get("/api/jobs/" + id);
  }

  JsonNode awaitState(String id, Predicate<String> state) throws InterruptedException, IOException {
    Await.until(
        "the state of job " + id, PATIENCE, () -> state.test(job(id).get("state").asText()));
    return job(id);
  }

  /** Waits for its end. */
  JsonNode awaitEnd(String id) throws InterruptedException, IOException {
    return awaitState(
        id,
        state -> List.of("COMPLETED", "FAILED", "TIMED_OUT", "CANCELLED", "LOST").contains(state));
  }

  byte[] output(String id) throws IOException, InterruptedException {
    return call("GET", "/api/jobs/" + id + "/output", null).body();
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  /** Stops all of it, jobs too: what a failed test left must not go on. */
  void stop() throws IOException, InterruptedException {
    wildFly.stop(Duration.ofSeconds(30));
    postgres.stop();
    killAllIn(home);
  }

  /** SIGKILL to all processes of a job, its runner too. */
  void killJob(String id) {
    killAllIn(home.resolve("jobs").resolve(id));
  }

  private static void killAllIn(Path directory) {
    ProcessHandle.allProcesses()
        .filter(process -> worksIn(directory, process))
        .forEach(ProcessHandle::destroyForcibly);
  }

  private static boolean worksIn(Path directory, ProcessHandle process) {
    try {
      Path proc = Path.of("/proc", Long.toString(process.pid()));
      return Files.readSymbolicLink(proc.resolve("cwd")).startsWith(directory)
          || Files.readString(proc.resolve("cmdline")).contains(directory + "/");
    } catch (IOException e) {
      return false; // gone, or another user's
    }
  }
}
