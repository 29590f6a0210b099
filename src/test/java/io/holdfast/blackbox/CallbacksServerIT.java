package io.holdfast.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.standardwebhooks.Webhook;
import io.holdfast.callbacks.EventType;
import io.holdfast.platform.Patience;
import io.holdfast.repositories.GitSource;
import io.holdfast.testing.Receiver;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Callbacks of a real server, seen from outside. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // filled by JUnit
class CallbacksServerIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String ENDPOINTS = "/api/callback-endpoints";
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String NEW_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

  @TempDir private static Path directory;
  private ServerUnderTest server;
  private Receiver receiver;

  @BeforeAll
  void start() throws IOException, InterruptedException {
    server =
        ServerUnderTest.start(
            directory,
            directory.resolve("home"),
            4,
            List.of(
                "-Dholdfast.callbacks.timeout=2500ms",
                "-Dio.holdfast.runtime.GuardedTries/call/Timeout/value=2000",
                "-Dio.holdfast.runtime.GuardedTries/call/Timeout/unit=MILLIS"));
  }

  @AfterAll
  void stop() throws IOException, InterruptedException {
    if (server != null) {
      server.stop();
      try (Stream<Path> logs = Files.walk(server.log().getParent())) {
        for (Path log : logs.filter(Files::isRegularFile).toList()) {
          assertThat(Files.readString(log))
              .as(log.toString())
              .doesNotContain(SECRET, NEW_SECRET, "hidden");
        }
      }
    }
  }

  @BeforeEach
  void open() {
    receiver = new Receiver();
  }

  @AfterEach
  void close() throws IOException, InterruptedException {
    receiver.close();
    for (JsonNode endpoint : server.get(ENDPOINTS).path("endpoints")) {
      server.call("DELETE", ENDPOINTS + "/" + endpoint.path("id").asText(), null);
    }
  }

  private static String json(Object value) throws IOException {
    return ServerUnderTest.JSON.writeValueAsString(value);
  }

  private JsonNode answer(int status, String method, String path, Object body)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response = server.call(method, path, body.equals("") ? null : json(body));
    assertThat(response.statusCode()).as(ServerUnderTest.text(response)).isEqualTo(status);
    assertThat(ServerUnderTest.text(response)).doesNotContain(SECRET, NEW_SECRET, "hidden");
    return ServerUnderTest.JSON.readTree(response.body());
  }

  private String endpoint(Map<String, Object> more) throws IOException, InterruptedException {
    Map<String, Object> body =
        new HashMap<>(
            Map.of(
                "name", "e-" + UUID.randomUUID(),
                "url", receiver.url() + "?token=hidden",
                "events", EventType.subscribable(),
                "headers", Map.of("Authorization", "Bearer hidden"),
                "secrets", List.of(SECRET)));
    body.putAll(more);
    return answer(201, "POST", ENDPOINTS, body).path("id").asText();
  }

  private String job(Map<String, Object> more, String... command)
      throws IOException, InterruptedException {
    Map<String, Object> body = new HashMap<>(Map.of("engine", "shell", "command", command));
    body.putAll(more);
    return server.submit(body);
  }

  private static Map<String, Object> told(String url) {
    return Map.of("callbacks", List.of(Map.of("url", url, "events", List.of("job.completed"))));
  }

  private void awaitReceived(String type, String about) {
    assertThat(
            Patience.until(
                () ->
                    receiver.received().stream()
                        .anyMatch(got -> got.body().contains(type) && got.body().contains(about)),
                PATIENCE))
        .as("%s of %s", type, about)
        .isTrue();
  }

  private JsonNode delivery(String job) {
    try {
      return server.get("/api/jobs/" + job + "/callbacks").path("deliveries").path(0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void awaitDelivery(String job, String field, String value) {
    assertThat(Patience.until(() -> delivery(job).path(field).asText().equals(value), PATIENCE))
        .as(() -> "not yet " + value + ": " + delivery(job))
        .isTrue();
  }

  @Test
  void everyEventIsToldAndTheOfficialLibraryVerifiesEachOfThem() throws Exception {
    endpoint(Map.of());
    GitSource source = GitSource.create(directory.resolve("source"));
    answer(201, "POST", "/api/repositories", Map.of("name", "alpha", "git_url", source.url()));
    Await.until(
        "clone",
        PATIENCE,
        () -> server.get("/api/repositories/alpha").path("state").asText().equals("READY"));
    Receiver all = receiver;
    receiver = new Receiver();
    endpoint(Map.of("repository", "alpha", "events", List.of("job.waiting")));

    awaitEnd(all, job(Map.of(), "true"), "completed");
    awaitEnd(all, job(Map.of(), "false"), "failed");
    awaitEnd(all, job(Map.of("timeout_seconds", 1), "sleep", "600"), "timed_out");
    String holder = job(Map.of("repository", "alpha", "exclusive", true), "sleep", "600");
    server.awaitState(holder, "RUNNING"::equals);
    String waiter = job(Map.of("repository", "alpha"), "true");
    awaitReceived("job.waiting", waiter);
    server.call("POST", "/api/jobs/" + holder + "/cancel", null);
    awaitEnd(all, holder, "cancelled");
    awaitEnd(all, waiter, "completed");
    String lost = job(Map.of(), "sleep", "600");
    server.awaitState(lost, "RUNNING"::equals);
    server.killJob(lost);
    awaitEnd(all, lost, "lost");

    assertThat(all.received())
        .extracting(got -> got.body().replaceFirst("\\{\"type\":\"([^\"]*)\".*", "$1"))
        .containsAll(EventType.subscribable());
    assertThat(all.received().stream().map(Receiver.Received::id)).doesNotHaveDuplicates();
    assertThat(receiver.received()).hasSize(1);
    for (Receiver.Received got : all.received()) {
      verify(SECRET, got);
      assertThat(got.header("authorization")).isEqualTo("Bearer hidden");
    }
    all.close();
  }

  private void awaitEnd(Receiver all, String job, String how) {
    Receiver mine = receiver;
    receiver = all;
    awaitReceived("job." + how, job);
    receiver = mine;
  }

  private static void verify(String secret, Receiver.Received got) throws Exception {
    new Webhook(secret).verify(got.body(), HttpHeaders.of(got.headers(), (name, value) -> true));
  }

  @Test
  void anEndpointIsTestedRotatedDisabledEnabledAndRemoved() throws Exception {
    String id = endpoint(Map.of("name", "ci"));
    String path = ENDPOINTS + "/" + id;
    JsonNode shown = answer(200, "GET", path, "");
    assertThat(shown.path("url").asText()).isEqualTo(receiver.url() + "?...");
    assertThat(shown.path("header_names").path(0).asText()).isEqualTo("Authorization");
    assertThat(shown.path("secrets").asInt()).isEqualTo(1);
    answer(409, "POST", ENDPOINTS, Map.of("name", "ci", "url", receiver.url()));

    answer(202, "POST", path + "/ping", "");
    awaitReceived("\"ping\"", id);
    verify(SECRET, receiver.received().get(0));
    answer(422, "PUT", path + "/secrets", Map.of("secrets", List.of("short")));
    answer(422, "PUT", path + "/secrets", Map.of());
    answer(200, "PUT", path + "/secrets", Map.of("secrets", List.of(NEW_SECRET, SECRET)));
    answer(202, "POST", path + "/ping", "");
    Patience.until(() -> receiver.received().size() == 2, PATIENCE);
    verify(SECRET, receiver.received().get(1));
    verify(NEW_SECRET, receiver.received().get(1));

    receiver.always(410);
    String job = job(Map.of(), "true");
    Await.until(
        "disabled",
        PATIENCE,
        () -> answer(200, "GET", path, "").path("state").asText().equals("DISABLED"));
    assertThat(answer(200, "GET", path, "").path("reason").asText()).contains("410");
    server.awaitEnd(job);
    String failed = delivery(job).path("id").asText();
    awaitDelivery(job, "state", "FAILED");
    assertThat(
            answer(409, "POST", "/api/callbacks/" + failed + "/redeliver", "")
                .path("detail")
                .asText())
        .contains("disabled");
    receiver.always(204);
    assertThat(answer(200, "POST", path + "/enable", "").path("state").asText())
        .isEqualTo("ENABLED");
    answer(202, "POST", "/api/callbacks/" + failed + "/redeliver", "");
    Await.until(
        "delivered",
        PATIENCE,
        () ->
            answer(200, "GET", "/api/callbacks/" + failed, "")
                .at("/delivery/state")
                .asText()
                .equals("DELIVERED"));
    assertThat(answer(200, "GET", "/api/callbacks/" + failed, "").path("attempts"))
        .hasSizeGreaterThan(0);
    assertThat(server.call("DELETE", path, null).statusCode()).isEqualTo(204);

    String nobody = UUID.randomUUID().toString();
    for (String call :
        List.of(
            "GET " + path,
            "DELETE " + path,
            "POST " + path + "/ping",
            "POST " + path + "/enable",
            "GET /api/callbacks/" + nobody,
            "POST /api/callbacks/" + nobody + "/redeliver",
            "GET /api/callbacks/no-id",
            "GET /api/jobs/" + nobody + "/callbacks")) {
      String[] parts = call.split(" ", 2);
      answer(404, parts[0], parts[1], "");
    }
    answer(404, "PUT", path + "/secrets", Map.of("secrets", List.of(SECRET)));
  }

  @Test
  void whatFailedIsListedByFilterAndDeliveredAgainSinceATime() throws Exception {
    receiver.always(400);
    String before = job(told(receiver.url()), "true");
    awaitDelivery(before, "state", "FAILED");
    Instant since = Instant.parse(delivery(before).path("ended_at").asText()).plusNanos(1000);
    String after = job(told(receiver.url()), "true");
    awaitDelivery(after, "state", "FAILED");
    String admin = "/api/admin/callbacks";
    JsonNode page = answer(200, "GET", admin + "?state=FAILED&limit=1", "");
    assertThat(page.path("failed").asInt()).isGreaterThanOrEqualTo(2);
    assertThat(page.at("/deliveries/0/job_id").asText()).isEqualTo(after);
    String next = admin + "?state=FAILED&limit=1&cursor=" + page.path("next_cursor").asText();
    assertThat(answer(200, "GET", next, "").at("/deliveries/0/job_id").asText()).isEqualTo(before);
    assertThat(answer(200, "GET", admin + "?job=" + before, "").path("deliveries")).hasSize(1);
    assertThat(answer(200, "GET", admin + "?endpoint=" + before, "").path("deliveries")).isEmpty();
    for (String wrong :
        List.of("state=OPEN", "job=x", "endpoint=x", "cursor=x", "limit=0", "limit=501", "no=1")) {
      answer(400, "GET", admin + "?" + wrong, "");
    }
    String again = "/api/callbacks/redeliver";
    answer(400, "POST", again, "");
    answer(400, "POST", again + "?state=delivered", "");
    answer(400, "POST", again + "?state=failed&since=yesterday", "");

    receiver.always(200);
    assertThat(
            answer(202, "POST", again + "?state=failed&since=" + since, "")
                .path("redelivered")
                .asInt())
        .isEqualTo(1);
    awaitDelivery(after, "state", "DELIVERED");
    assertThat(delivery(before).path("state").asText()).isEqualTo("FAILED");
  }

  @Test
  void whoHangsIsLeftByFaultToleranceAndTheOldestDueHasAnAge() throws Exception {
    List<Thread> held = Collections.synchronizedList(new ArrayList<>());
    receiver.whenRead(
        got -> {
          held.add(Thread.currentThread());
          Patience.until(() -> false, Duration.ofSeconds(20));
        });
    String job = job(told(receiver.url()), "true");
    awaitDelivery(job, "attempts", "1");
    JsonNode whole = server.get("/api/callbacks/" + delivery(job).path("id").asText());
    assertThat(whole.at("/attempts/0/error").asText()).contains("GuardedTries#call timed out");
    assertThat(whole.at("/attempts/0/duration_ms").asInt())
        .as("a read from a socket is not interrupted: the sender's own bound ends it")
        .isGreaterThanOrEqualTo(2400);
    held.forEach(Thread::interrupt);
    assertThat(whole.at("/delivery/state").asText()).isEqualTo("PENDING");
    server.killServer();
    try (var connection = server.connect();
        var statement = connection.createStatement()) {
      statement.execute(
          "UPDATE callback_delivery SET due_at = now() - interval '90 s' WHERE state = 'PENDING'");
      statement.execute(
          "INSERT INTO callback_lane SELECT DISTINCT lane, 10, now(), now() + interval '1 h'"
              + " FROM callback_delivery WHERE state = 'PENDING'"
              + " ON CONFLICT (lane) DO UPDATE SET open_until = now() + interval '1 h'");
    }
    server.startServer();
    server.awaitReady();
    assertThat(server.get("/api/admin/callbacks").path("oldest_due_seconds").asDouble())
        .isGreaterThan(90);
    try (var connection = server.connect();
        var statement = connection.createStatement()) {
      statement.execute("DELETE FROM callback_lane");
    }
    receiver.whenRead(got -> {});
    awaitDelivery(job, "state", "DELIVERED");
  }

  @Test
  void aBadCallbackIsRefusedWithTheReasonAndNothingIsStored() throws Exception {
    Map<String, Object> good = Map.of("url", receiver.url());
    List<Object> bad = new ArrayList<>();
    for (String url :
        List.of(
            "no url",
            "",
            "ftp://a.example/",
            "file:///etc/passwd",
            "http://u:p@a.example/",
            "http://10.0.0.1/",
            "http://169.254.169.254/",
            "http://[::ffff:a9fe:a9fe]/",
            "http://[64:ff9b::a00:1]/",
            "http://a.example/\r\nX: y")) {
      bad.add(Map.of("url", url));
    }
    bad.add(Map.of());
    bad.add(List.of());
    bad.add("x");
    bad.add(7);
    bad.add(Collections.singletonMap("url", null));
    for (Object headers :
        List.of(
            Map.of("Host", "x"),
            Map.of("Content-Length", "1"),
            Map.of("X", "a\r\nY: b"),
            Map.of("X\n", "a"),
            Map.of("X", List.of("a")),
            Collections.singletonMap("X", null),
            List.of("X"))) {
      bad.add(with(good, "headers", headers));
    }
    for (Object events :
        List.of(
            List.of(),
            List.of("job.exploded"),
            List.of("ping"),
            Collections.singletonList(null),
            "job.completed")) {
      bad.add(with(good, "events", events));
    }
    bad.add(with(good, "secret", "short"));
    bad.add(with(good, "secrets", Collections.singletonList(null)));
    bad.add(with(good, "secrets", Collections.nCopies(6, SECRET)));
    bad.add(with(good, "no_such_field", 1));

    long jobs = count("job");
    for (Object callback : bad) {
      refused("/api/jobs", submit(Collections.singletonList(callback)));
      if (callback instanceof Map<?, ?> map) {
        Map<String, Object> body = new HashMap<>(Map.of("name", "bad"));
        map.forEach((key, value) -> body.put(String.valueOf(key), value));
        refused(ENDPOINTS, body);
      }
    }
    refused("/api/jobs", submit(Collections.singletonList(null)));
    refused("/api/jobs", submit(Collections.nCopies(1000, good)));
    refused("/api/jobs", submit("all"));
    refused(
        "/api/jobs/batch",
        Map.of("jobs", List.of(submit(List.of(good)), submit(List.of(bad.get(0))))));
    for (String name : List.of("", " ", "a b", "x".repeat(64), "-a")) {
      refused(ENDPOINTS, with(good, "name", name));
    }
    refused(ENDPOINTS, with(with(good, "name", "a"), "repository", "../a"));
    assertThat(count("job")).isEqualTo(jobs);
    assertThat(count("callback_endpoint")).isZero();
    assertThat(receiver.received()).isEmpty();
  }

  private static Map<String, Object> submit(Object callbacks) {
    Map<String, Object> body = new HashMap<>(Map.of("engine", "shell", "command", List.of("true")));
    body.put("callbacks", callbacks);
    return body;
  }

  private static Map<String, Object> with(Map<String, Object> body, String key, Object value) {
    Map<String, Object> all = new HashMap<>(body);
    all.put(key, value);
    return all;
  }

  private void refused(String path, Object body) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = server.call("POST", path, json(body));
    String text = ServerUnderTest.text(response);
    String sent = json(body);
    assertThat(response.statusCode()).as("%s: %s", sent, text).isBetween(400, 422);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    assertThat(ServerUnderTest.JSON.readTree(text).path("detail").asText()).isNotBlank();
  }

  private long count(String table) throws Exception {
    try (var connection = server.connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void whatWasNotTakenIsToldAfterTheServerWasKilled() throws Exception {
    receiver.answers(503, Map.of("Retry-After", "31"), "not now");
    String job = job(told(receiver.url()), "true");
    server.awaitEnd(job);
    awaitDelivery(job, "attempts", "1");
    String due = delivery(job).path("due_at").asText();

    server.killServer();
    server.startServer();
    server.awaitReady();

    assertThat(delivery(job).path("due_at").asText()).isEqualTo(due);
    awaitDelivery(job, "state", "DELIVERED");
    assertThat(receiver.received()).hasSize(2);
    assertThat(receiver.received().get(0).id()).isEqualTo(receiver.received().get(1).id());
    JsonNode whole = server.get("/api/callbacks/" + delivery(job).path("id").asText());
    assertThat(whole.path("attempts")).hasSize(2);
    Duration late =
        Duration.between(Instant.parse(due), Instant.parse(whole.at("/attempts/1/at").asText()));
    assertThat(late.isNegative()).isFalse();
  }
}
