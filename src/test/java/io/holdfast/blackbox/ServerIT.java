package io.holdfast.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.client.OutputFollower;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What users rely on, seen from outside, across kill -9 of the server and of the database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerIT {

  @TempDir private static Path directory;
  private ServerUnderTest server;

  @BeforeAll
  void start() throws IOException, InterruptedException {
    server = ServerUnderTest.start(directory, directory.resolve("home"));
  }

  @AfterAll
  void stop() throws IOException, InterruptedException {
    if (server != null) {
      server.stop();
    }
  }

  @Test
  void aJobRunsAndIsShownWhole() throws IOException, InterruptedException {
    String id =
        server.submit(
            Map.of(
                "engine",
                "shell",
                "command",
                List.of("sh", "-c", "cat \"$HOLDFAST_PROMPT_FILE\"; echo \"$GREETING\"; exit 3"),
                "prompt",
                "$(touch /nowhere) `id` 'single' \"double\" \n --leading\n",
                "environment",
                Map.of("GREETING", "héllo $(id) ' \" \n*"),
                "title",
                "a title"));

    JsonNode job = server.awaitEnd(id);

    assertThat(job.get("state").asText()).isEqualTo("FAILED");
    assertThat(job.get("exit_code").asInt()).isEqualTo(3);
    assertThat(job.get("attempt").asInt()).isEqualTo(1);
    assertThat(new String(server.output(id), UTF_8))
        .isEqualTo(
            "$(touch /nowhere) `id` 'single' \"double\" \n --leading\nhéllo $(id) ' \" \n*\n");
    assertThat(server.get("/api/jobs/" + id + "/attempts").get("attempts")).hasSize(1);
    List<String> states = new ArrayList<>();
    server
        .get("/api/jobs/" + id + "/events")
        .get("events")
        .forEach(event -> states.add(event.get("to").asText()));
    assertThat(states).containsExactly("QUEUED", "PREPARING", "LAUNCHING", "RUNNING", "FAILED");
  }

  @Test
  void outputIsServedWholeInPartAndFromAnOffset() throws IOException, InterruptedException {
    String id = server.shell("printf 0123456789");
    server.awaitEnd(id);
    String path = "/api/jobs/" + id + "/output";

    assertThat(new String(server.output(id), UTF_8)).isEqualTo("0123456789");
    assertThat(ServerUnderTest.text(server.call("GET", path + "?offset=7", null))).isEqualTo("789");
    assertThat(server.call("GET", path + "?offset=11", null).statusCode()).isEqualTo(416);
    HttpResponse<byte[]> part = range(path, "bytes=2-4");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(ServerUnderTest.text(part)).isEqualTo("234");
    assertThat(part.headers().firstValue("Content-Range")).contains("bytes 2-4/10");
    assertThat(ServerUnderTest.text(range(path, "bytes=-3"))).isEqualTo("789");
    assertThat(range(path, "bytes=10-").statusCode()).isEqualTo(416);
  }

  private HttpResponse<byte[]> range(String path, String range)
      throws IOException, InterruptedException {
    return server.send(
        "GET", path, null, Map.of("Authorization", "Bearer " + server.token(), "Range", range));
  }

  @Test
  void theSameIdempotencyKeyMakesOneJob() throws IOException, InterruptedException {
    Map<String, String> headers =
        Map.of(
            "Authorization",
            "Bearer " + server.token(),
            "Content-Type",
            "application/json",
            "Idempotency-Key",
            "once");
    byte[] body = "{\"engine\":\"shell\",\"command\":[\"true\"]}".getBytes(UTF_8);
    byte[] other = "{\"engine\":\"shell\",\"command\":[\"false\"]}".getBytes(UTF_8);

    HttpResponse<byte[]> first = server.send("POST", "/api/jobs", body, headers);
    HttpResponse<byte[]> second = server.send("POST", "/api/jobs", body, headers);
    HttpResponse<byte[]> third = server.send("POST", "/api/jobs", other, headers);

    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(second.statusCode()).isEqualTo(201);
    assertThat(id(second)).isEqualTo(id(first));
    assertThat(problem(third)).isEqualTo("422 idempotency-key-reused");
  }

  private static String id(HttpResponse<byte[]> response) throws IOException {
    return ServerUnderTest.JSON.readTree(response.body()).get("id").asText();
  }

  private static String problem(HttpResponse<byte[]> response) throws IOException {
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = ServerUnderTest.JSON.readTree(response.body());
    assertThat(problem.get("status").asInt()).isEqualTo(response.statusCode());
    return response.statusCode()
        + " "
        + problem.get("type").asText().replaceFirst("^urn:holdfast:problem:", "");
  }

  @Test
  void badInputGetsItsProblemAndChangesNothing() throws IOException, InterruptedException {
    Map<String, String> expected = new HashMap<>();
    expected.put("{\"engine\":\"nope\",\"command\":[\"true\"]}", "422 unknown-engine");
    expected.put(
        "{\"engine\":\"shell\",\"command\":[\"true\"],\"repository\":\"nope\"}",
        "422 unknown-repository");
    expected.put(
        "{\"engine\":\"shell\",\"command\":[\"true\"],\"repository\":\"-x\"}", "422 invalid-value");
    expected.put("{\"engine\":\"shell\",\"command\":[]}", "422 invalid-value");
    expected.put("{\"engine\":\"shell\"}", "422 invalid-value");
    expected.put("{\"command\":[\"true\"]}", "422 invalid-value");
    expected.put(
        "{\"engine\":\"shell\",\"command\":[\"true\"],\"timeout_seconds\":-1}",
        "422 invalid-value");
    expected.put(
        "{\"engine\":\"shell\",\"command\":[\"true\"],\"prompt\":\"a\\u0000b\"}",
        "422 invalid-value");
    expected.put("{\"engine\":\"shell\",\"command\":[\"true\"],\"nope\":1}", "400 unknown-field");
    expected.put("{\"engine\":\"shell\",\"command\":\"true\"}", "400 wrong-type");
    expected.put("{\"engine\":\"shell\",\"command\":[1]}", "400 wrong-type");
    expected.put("{\"engine\":\"shell\",\"command\":[null]}", "400 wrong-type");
    expected.put("{\"engine\":\"shell\",", "400 malformed-json");
    expected.put("", "400 malformed-json");
    expected.put("[]", "400 wrong-type");
    expected.put(
        "{\"engine\":\"shell\",\"command\":[\"" + "x".repeat(2 * 1024 * 1024) + "\"]}",
        "413 body-too-large");
    int before = server.get("/api/jobs?limit=500").get("jobs").size();

    for (Map.Entry<String, String> entry : expected.entrySet()) {
      String body = entry.getKey();
      assertThat(problem(server.call("POST", "/api/jobs", body)))
          .as(body.substring(0, Math.min(80, body.length())))
          .isEqualTo(entry.getValue());
    }

    assertThat(server.get("/api/jobs?limit=500").get("jobs")).hasSize(before);
  }

  @Test
  void actionsThatTheStateOrTheIdDoesNotAllowAreRefused() throws IOException, InterruptedException {
    String unknown = "/api/jobs/00000000-0000-4000-8000-000000000000";
    assertThat(problem(server.call("GET", unknown, null))).isEqualTo("404 not-found");
    assertThat(problem(server.call("GET", "/api/jobs/nonsense", null))).isEqualTo("404 not-found");
    assertThat(problem(server.call("POST", unknown + "/cancel", null))).isEqualTo("404 not-found");
    String id = server.shell("true");
    server.awaitEnd(id);
    assertThat(problem(server.call("POST", "/api/jobs/" + id + "/start", null)))
        .isEqualTo("409 wrong-state");
    assertThat(problem(server.call("POST", "/api/jobs/" + id + "/cancel", null)))
        .isEqualTo("409 wrong-state");
    assertThat(server.call("DELETE", "/api/jobs/" + id, null).statusCode()).isEqualTo(204);
    assertThat(problem(server.call("DELETE", "/api/jobs/" + id, null))).isEqualTo("404 not-found");
    assertThat(server.home().resolve("jobs").resolve(id)).doesNotExist();
  }

  @Test
  void onlyHealthAndTheDescriptionAreOpenToAnyone() throws IOException, InterruptedException {
    for (String path : List.of("/health", "/health/live", "/health/ready", "/openapi")) {
      assertThat(server.send("GET", path, null, Map.of()).statusCode()).as(path).isEqualTo(200);
    }
    for (String path : List.of("/api/jobs", "/api/admin/startup-log", "/api/nothing")) {
      assertThat(problem(server.send("GET", path, null, Map.of()))).isEqualTo("401 unauthorized");
      assertThat(
              problem(server.send("GET", path, null, Map.of("Authorization", "Bearer hf_wrong"))))
          .isEqualTo("401 unauthorized");
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(server.home().resolve("admin-token"))))
        .isEqualTo("rw-------");
  }

  @Test
  void aRunningJobIsCancelledAndItsChildrenWithIt() throws IOException, InterruptedException {
    Path pids = directory.resolve("pids");
    String id =
        server.shell(
            "trap '' TERM; sleep 300 & echo $! >> \"$1\"; echo $$ >> \"$1\"; wait; wait",
            pids.toString());
    Await.until(
        "both have begun",
        ServerUnderTest.PATIENCE,
        () -> Files.exists(pids) && Files.readAllLines(pids).size() == 2);

    assertThat(server.call("POST", "/api/jobs/" + id + "/cancel", null).statusCode())
        .isEqualTo(202);

    assertThat(server.awaitEnd(id).get("state").asText()).isEqualTo("CANCELLED");
    for (String pid : Files.readAllLines(pids)) {
      Await.until(
          "process " + pid + " is gone",
          ServerUnderTest.PATIENCE,
          () -> !Files.exists(Path.of("/proc", pid)));
    }
  }

  @Test
  void killedServer_runningJobGoesOnAndItsFollowerMissesAndRepeatsNoByte() throws Exception {
    Path record = directory.resolve("record");
    Path gate = directory.resolve("gate");
    String id =
        server.shell(
            "i=0; while [ ! -e \"$2\" ] && [ $i -lt 3000 ]; do i=$((i+1)); printf 'line %d \\r é\\n\\n' $i | tee -a \"$1\"; sleep 0.1; done; exit 5",
            record.toString(), gate.toString());
    ByteArrayOutputStream followed = new ByteArrayOutputStream();
    CompletableFuture<Void> follower = follow(id, followed);
    Await.until("some output", ServerUnderTest.PATIENCE, () -> followed.size() > 100);

    server.killServer();
    long atDeath = Files.size(record);
    Await.until(
        "the job goes on without a server",
        ServerUnderTest.PATIENCE,
        () -> Files.size(record) > atDeath + 300);
    server.startServer();
    server.awaitReady();

    assertThat(server.job(id).get("state").asText()).isEqualTo("RUNNING");
    assertThat(server.job(id).get("output_bytes").asLong()).isGreaterThan(atDeath);
    assertThat(server.output(id)).startsWith(followed.toByteArray());
    long atReturn = followed.size();
    Await.until("the follower goes on", ServerUnderTest.PATIENCE, () -> followed.size() > atReturn);
    Files.createFile(gate);
    follower.get();

    JsonNode job = server.awaitEnd(id);
    assertThat(job.get("exit_code").asInt()).isEqualTo(5);
    assertThat(job.get("attempt").asInt()).isEqualTo(1);
    assertThat(followed.toByteArray()).isEqualTo(Files.readAllBytes(record));
    assertThat(server.output(id)).isEqualTo(Files.readAllBytes(record));
    assertThat(count("JobReattachment", "reattached")).isPositive();
  }

  private CompletableFuture<Void> follow(String id, ByteArrayOutputStream into) throws IOException {
    OutputFollower follower =
        new OutputFollower(
            server.api(), id, 0, (offset, bytes) -> into.write(bytes, 0, bytes.length));
    return CompletableFuture.runAsync(
        () -> {
          try {
            follower.follow();
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private long count(String component, String name) throws IOException, InterruptedException {
    for (JsonNode operation :
        server.get("/api/admin/startup-log").get("current_startup").get("operations")) {
      if (operation.get("component").asText().equals(component)) {
        return operation.get("counts").path(name).asLong();
      }
    }
    return -1;
  }

  @Test
  void killedServer_jobThatEndedMeanwhileIsCompletedAndTheQueueKeepsItsOrder() throws Exception {
    Path gate = directory.resolve("all-may-end");
    Path ended = directory.resolve("ended");
    Path order = directory.resolve("order");
    String waiting =
        "i=0; while [ ! -e \"$1\" ] && [ $((i+=1)) -lt 6000 ]; do sleep 0.05; done; echo bye; echo $$ >> \"$2\"; exit 9";
    List<String> running = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      running.add(server.shell(waiting, gate.toString(), ended.toString()));
    }
    for (String id : running) {
      server.awaitState(id, "RUNNING"::equals);
    }
    List<String> queued = new ArrayList<>();
    for (int i = 0; i < 105; i++) {
      queued.add(server.shell("echo \"$2\" >> \"$1\"", order.toString(), String.valueOf(i)));
    }

    server.killServer();
    Files.createFile(gate);
    Await.until(
        "all four have ended without a server",
        ServerUnderTest.PATIENCE,
        () -> Files.exists(ended) && Files.readAllLines(ended).size() == 4);
    server.startServer();
    server.awaitReady();

    assertThat(count("QueueRecovery", "jobs_recovered")).isEqualTo(105);
    for (String id : running) {
      JsonNode job = server.awaitEnd(id);
      assertThat(job.get("exit_code").asInt()).isEqualTo(9);
      assertThat(new String(server.output(id), UTF_8)).isEqualTo("bye\n");
    }
    List<String> claimed = new ArrayList<>();
    Map<String, String> claimedAt = new HashMap<>();
    for (String id : queued) {
      assertThat(server.awaitEnd(id).get("state").asText()).isEqualTo("COMPLETED");
      claimedAt.put(
          id,
          server
              .get("/api/jobs/" + id + "/attempts")
              .get("attempts")
              .get(0)
              .get("claimed_at")
              .asText());
      claimed.add(id);
    }
    claimed.sort(Comparator.comparing(claimedAt::get));
    assertThat(claimed.stream().map(claimedAt::get).toList())
        .isEqualTo(queued.stream().map(claimedAt::get).toList());
    assertThat(Files.readAllLines(order)).hasSize(105).doesNotHaveDuplicates();
  }

  @Test
  void killedDatabase_theServerGoesUnreadyAndComesBackByItself() throws Exception {
    Path gate = directory.resolve("database-is-back");
    String id =
        server.shell(
            "i=0; while [ ! -e \"$1\" ] && [ $((i+=1)) -lt 6000 ]; do sleep 0.05; done; echo through",
            gate.toString());
    server.awaitState(id, "RUNNING"::equals);

    server.killDatabase();
    Await.until("unready", ServerUnderTest.PATIENCE, () -> server.readyStatus() == 503);
    HttpResponse<byte[]> refused = server.call("GET", "/api/jobs", null);
    assertThat(problem(refused)).isEqualTo("503 not-ready");
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    Files.createFile(gate);
    server.startDatabase();
    server.awaitReady();

    assertThat(server.awaitEnd(id).get("state").asText()).isEqualTo("COMPLETED");
    assertThat(new String(server.output(id), UTF_8)).isEqualTo("through\n");
    assertThat(server.awaitEnd(server.shell("true")).get("state").asText()).isEqualTo("COMPLETED");
  }

  @Test
  void aDeadlineHoldsAcrossARestart() throws Exception {
    String id =
        server.submit(
            Map.of("engine", "shell", "command", List.of("sleep", "300"), "timeout_seconds", 2));
    server.awaitState(id, "RUNNING"::equals);

    server.killServer();
    server.startServer();
    server.awaitReady();

    JsonNode job = server.awaitEnd(id);
    assertThat(job.get("state").asText()).isEqualTo("TIMED_OUT");
    assertThat(job.get("reason").asText()).contains("deadline");
  }

  @Test
  void aRepositoryIsRegisteredUsedAndRemoved() throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    git(source, "init", "-q", "-b", "main");
    Files.writeString(source.resolve("hello.txt"), "hello\n");
    git(source, "add", ".");
    git(source, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "first");

    assertThat(
            server
                .call(
                    "POST",
                    "/api/repositories",
                    "{\"name\":\"alpha\",\"git_url\":\"" + source + "\"}")
                .statusCode())
        .isEqualTo(201);
    String id =
        server.submit(
            Map.of(
                "engine", "shell",
                "repository", "alpha",
                "command",
                    List.of(
                        "sh",
                        "-c",
                        "cat hello.txt; git log --format=%s; pwd; echo $HOLDFAST_WORKSPACE_ALPHA")));
    JsonNode job = server.awaitEnd(id);

    assertThat(job.get("state").asText()).as(job.toString()).isEqualTo("COMPLETED");
    String workspace =
        server.home().resolve("jobs").resolve(id).resolve("workspace/alpha").toString();
    assertThat(new String(server.output(id), UTF_8))
        .isEqualTo("hello\nfirst\n" + workspace + "\n" + workspace + "\n");
    for (String url :
        List.of("ext::sh -c id", "file:///etc", "-x", "--upload-pack=id", "http://")) {
      assertThat(
              problem(
                  server.call(
                      "POST",
                      "/api/repositories",
                      ServerUnderTest.JSON.writeValueAsString(
                          Map.of("name", "evil", "git_url", url)))))
          .as(url)
          .isEqualTo("422 invalid-value");
    }
    assertThat(server.call("DELETE", "/api/repositories/alpha", null).statusCode()).isEqualTo(204);
    assertThat(problem(server.call("GET", "/api/repositories/alpha", null)))
        .isEqualTo("404 not-found");
  }

  private static void git(Path directory, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    Process git = new ProcessBuilder(command).directory(directory.toFile()).inheritIO().start();
    assertThat(git.waitFor()).isZero();
  }

  @Test
  void aJobThatPrintsTooMuchIsEndedWithAClearReason() throws IOException, InterruptedException {
    JsonNode job = server.awaitEnd(server.shell("yes holdfast | head -c 200000000; sleep 60"));

    assertThat(job.get("state").asText()).isEqualTo("FAILED");
    assertThat(job.get("reason").asText()).contains("holdfast.execution.max-output");
  }
}
