package io.holdfast.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.repositories.GitSource;
import io.holdfast.repositories.HttpGitServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Who has a repository and who waits for it, seen from outside, across kill -9 of the server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocksIT {

  private static final String WAIT_FOR =
      "i=0; while [ ! -e \"$1\" ] && [ $((i+=1)) -lt 12000 ]; do sleep 0.05; done; ";

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

  private void restart() throws IOException, InterruptedException {
    server.killServer();
    server.startServer();
    server.awaitReady();
  }

  private void register(String name, String url) throws IOException, InterruptedException {
    String body = ServerUnderTest.JSON.writeValueAsString(Map.of("name", name, "git_url", url));
    assertThat(server.call("POST", "/api/repositories", body).statusCode()).isEqualTo(201);
    Await.until(
        "the clone of " + name,
        ServerUnderTest.PATIENCE,
        () -> !repository(name).get("state").asText().equals("CLONING"));
  }

  private void register(String name) throws Exception {
    register(name, GitSource.create(directory.resolve(name + ".source")).url());
  }

  private JsonNode repository(String name) throws IOException, InterruptedException {
    return server.get("/api/repositories/" + name);
  }

  private static Map<String, Object> job(
      boolean exclusive, List<String> repositories, String script, Path... words) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "job"));
    Stream.of(words).map(Path::toString).forEach(command::add);
    return Map.of(
        "engine",
        "shell",
        "command",
        command,
        "repositories",
        repositories,
        "exclusive",
        exclusive);
  }

  /** Has the repository to its end, which comes when the gate is there. */
  private String holder(String repository, Path gate) throws IOException, InterruptedException {
    String id = server.submit(job(true, List.of(repository), WAIT_FOR + "echo held", gate));
    server.awaitState(id, "RUNNING"::equals);
    return id;
  }

  private String waiter(List<String> repositories, Path order)
      throws IOException, InterruptedException {
    String id =
        server.submit(job(true, repositories, "echo \"$HOLDFAST_JOB_ID\" >> \"$1\"", order));
    server.awaitState(id, "WAITING"::equals);
    return id;
  }

  /** As "beta 2: the holder's id". */
  private String waitsFor(String id) throws IOException, InterruptedException {
    JsonNode waiting = server.job(id).get("waiting_for");
    return waiting.get("repository").asText()
        + " "
        + waiting.get("position").asLong()
        + ": "
        + waiting.get("blocked_by").asText();
  }

  private List<String> line(String repository) throws IOException, InterruptedException {
    List<String> jobs = new ArrayList<>();
    JsonNode page = server.get("/api/admin/waiting-queues?repository=" + repository);
    page.get("waiting").forEach(place -> jobs.add(place.get("job").asText()));
    return jobs;
  }

  private JsonNode operation(String component) throws IOException, InterruptedException {
    JsonNode run = server.get("/api/admin/startup-log").get("current_startup");
    for (JsonNode operation : run.get("operations")) {
      if (operation.get("component").asText().equals(component)) {
        return operation;
      }
    }
    throw new AssertionError("no " + component + " in " + run);
  }

  @Test
  void killedServer_theHolderKeepsItsLockAndEveryoneTheirPlaceAndAllGoOnByThemselves()
      throws Exception {
    register("alpha");
    register("beta");
    register("free");
    Path gate = directory.resolve("alpha-is-over");
    Path order = directory.resolve("order");
    String holder = holder("alpha", gate);
    String first = waiter(List.of("alpha"), order);
    String second = waiter(List.of("alpha"), order);
    String both = waiter(List.of("alpha", "beta"), order);
    String last = waiter(List.of("beta"), order);
    JsonNode lock = repository("alpha").get("lock");
    List<String> waiting = List.of(first, second, both, last);
    Map<String, JsonNode> seen = new HashMap<>();
    for (String id : waiting) {
      seen.put(id, server.job(id).get("waiting_for"));
    }

    assertThat(lock.get("job").asText()).isEqualTo(holder);
    assertThat(lock.get("operation").asText()).isEqualTo("JOB");
    assertThat(waitsFor(first)).isEqualTo("alpha 1: " + holder);
    assertThat(waitsFor(second)).isEqualTo("alpha 2: " + holder);
    assertThat(waitsFor(both)).isEqualTo("alpha 3: " + holder);
    assertThat(waitsFor(last)).isEqualTo("beta 2: " + both);
    assertThat(server.job(first).get("waiting_for").get("why").asText())
        .isEqualTo("locked by job " + holder + " until its end");
    assertThat(line("alpha")).containsExactly(first, second, both);
    assertThat(line("beta")).containsExactly(both, last);
    JsonNode head = server.get("/api/admin/waiting-queues?repository=beta").get("waiting").get(0);
    assertThat(head.get("why").asText()).startsWith("alpha: locked by job " + holder);
    assertThat(repository("alpha").get("waiting_queue").get("length").asInt()).isEqualTo(3);
    assertThat(
            server
                .awaitEnd(server.submit(job(false, List.of("free"), "pwd")))
                .get("state")
                .asText())
        .isEqualTo("COMPLETED");

    restart();

    assertThat(server.job(holder).get("state").asText()).isEqualTo("RUNNING");
    JsonNode kept = repository("alpha").get("lock");
    for (String field : List.of("job", "attempt", "fence", "operation", "acquired_at", "node")) {
      assertThat(kept.get(field)).as(field).isEqualTo(lock.get(field));
    }
    assertThat(server.get("/api/admin/locks").get("locks")).contains(kept);
    assertThat(operation("LockRecovery").get("counts").get("kept").asInt()).isPositive();
    assertThat(operation("WaitingQueueRecovery").get("counts").get("waiting_jobs").asInt())
        .isEqualTo(4);
    for (String id : waiting) {
      assertThat(server.job(id).get("state").asText()).isEqualTo("WAITING");
      assertThat(server.job(id).get("waiting_for")).isEqualTo(seen.get(id));
    }
    assertThat(line("alpha")).containsExactly(first, second, both);

    assertThat(server.call("POST", "/api/jobs/" + first + "/cancel", null).statusCode())
        .isEqualTo(202);
    assertThat(waitsFor(second)).isEqualTo("alpha 1: " + holder);
    assertThat(waitsFor(both)).isEqualTo("alpha 2: " + holder);
    assertThat(server.job(first).get("waiting_for").isNull()).isTrue();

    server.killServer();
    Files.createFile(gate);
    Path exit = server.home().resolve("jobs").resolve(holder).resolve("attempts/1/exit.json");
    Await.until("it has ended", ServerUnderTest.PATIENCE, () -> Files.exists(exit));
    server.startServer();
    server.awaitReady();

    for (String id : List.of(holder, second, both, last)) {
      assertThat(server.awaitEnd(id).get("state").asText()).isEqualTo("COMPLETED");
    }
    assertThat(Files.readAllLines(order)).containsExactly(second, both, last);
    assertThat(repository("alpha").get("lock").isNull()).isTrue();
    assertThat(repository("alpha").get("waiting_queue").get("length").asInt()).isZero();
  }

  @Test
  void aJobWithTwoRepositoriesWaitsForBoth() throws Exception {
    register("left");
    register("right");
    Path leftIsOver = directory.resolve("left-is-over");
    Path rightIsOver = directory.resolve("right-is-over");
    String left = holder("left", leftIsOver);
    String right = holder("right", rightIsOver);
    String both =
        server.submit(
            job(
                false,
                List.of("left", "right"),
                "ls \"$HOLDFAST_WORKSPACE_LEFT\" \"$HOLDFAST_WORKSPACE_RIGHT\""));
    server.awaitState(both, "WAITING"::equals);
    assertThat(waitsFor(both)).isEqualTo("left 1: " + left);

    Files.createFile(leftIsOver);
    server.awaitEnd(left);

    Await.until(
        "it waits for the other one",
        ServerUnderTest.PATIENCE,
        () ->
            server.job(both).get("waiting_for").path("repository").asText().equals("right")
                && server.job(both).get("state").asText().equals("WAITING"));
    assertThat(waitsFor(both)).isEqualTo("right 1: " + right);
    assertThat(repository("left").get("lock").isNull()).isTrue();
    Files.createFile(rightIsOver);
    assertThat(server.awaitEnd(both).get("state").asText()).isEqualTo("COMPLETED");
  }

  @Test
  void tenJobsAtOnceShareOneFetchAndOneCommit() throws Exception {
    GitSource source = GitSource.create(directory.resolve("shared.source"));
    Path bare = directory.resolve("shared.git");
    GitSource.git(directory, "clone", "-q", "--bare", source.url(), bare.toString());
    try (HttpGitServer remote = new HttpGitServer(bare)) {
      register("shared", remote.url(""));
      long before = remote.requests("/info/refs");
      String alone = server.submit(job(false, List.of("shared"), "git rev-parse HEAD"));
      assertThat(server.awaitEnd(alone).get("state").asText()).isEqualTo("COMPLETED");
      long once = remote.requests("/info/refs") - before;
      assertThat(once).isPositive();
      String commit = source.commit("more.txt", "more\n");
      source.git("push", "-q", bare.toString(), "main");
      remote.update();
      before = remote.requests("/info/refs");

      List<Map<String, Object>> ten =
          IntStream.range(0, 10)
              .mapToObj(i -> job(false, List.of("shared"), "git rev-parse HEAD"))
              .toList();
      HttpResponse<byte[]> accepted =
          server.call(
              "POST",
              "/api/jobs/batch",
              ServerUnderTest.JSON.writeValueAsString(Map.of("jobs", ten)));
      List<String> ids = new ArrayList<>();
      ServerUnderTest.JSON
          .readTree(accepted.body())
          .get("jobs")
          .forEach(job -> ids.add(job.get("id").asText()));

      assertThat(ids).hasSize(10);
      String batch = "";
      for (String id : ids) {
        JsonNode job = server.awaitEnd(id);
        assertThat(job.get("state").asText()).as(job.toString()).isEqualTo("COMPLETED");
        assertThat(new String(server.output(id), UTF_8)).isEqualTo(commit + "\n");
        batch = job.get("batch_id").asText();
      }
      assertThat(remote.requests("/" + commit.substring(0, 2) + "/" + commit.substring(2)))
          .as("how often the new commit was fetched")
          .isEqualTo(1);
      assertThat(remote.requests("/info/refs") - before).isEqualTo(once);
      JsonNode shown = server.get("/api/batches/" + batch);
      assertThat(shown.get("batch").get("members").asInt()).isEqualTo(10);
      assertThat(shown.get("batch").get("phase").asText()).isEqualTo("DISSOLVED");
      assertThat(shown.get("batch").get("leader").asText()).isEqualTo(ids.get(0));
      assertThat(shown.get("batch").get("prepared_commit").asText()).isEqualTo(commit);
      List<String> members = new ArrayList<>();
      shown.get("jobs").forEach(member -> members.add(member.get("job").asText()));
      assertThat(members).isEqualTo(ids);
      JsonNode page = server.get("/api/batches?repository=shared&phase=DISSOLVED&limit=1");
      assertThat(page.get("batches").get(0)).isEqualTo(shown.get("batch"));
      JsonNode next =
          server.get(
              "/api/batches?repository=shared&limit=1&cursor=" + page.get("next_cursor").asText());
      assertThat(next.get("batches").get(0).get("members").asInt()).isEqualTo(1);
      JsonNode rest = server.get("/api/batches/" + batch + "?limit=9");
      rest = server.get("/api/batches/" + batch + "?cursor=" + rest.get("next_cursor").asText());
      assertThat(rest.get("jobs")).hasSize(1);
      assertThat(rest.get("next_cursor").isNull()).isTrue();
    }
  }

  @Test
  void tenJobsWhoseServerDiesInTheirFetchStartFromOneCommitAfterOneMoreAtMost() throws Exception {
    GitSource source = GitSource.create(directory.resolve("cut.source"));
    Path bare = directory.resolve("cut.git");
    GitSource.git(directory, "clone", "-q", "--bare", source.url(), bare.toString());
    try (HttpGitServer remote = new HttpGitServer(bare)) {
      register("cut", remote.url(""));
      String alone = server.submit(job(false, List.of("cut"), "true"));
      assertThat(server.awaitEnd(alone).get("state").asText()).isEqualTo("COMPLETED");
      String commit = source.commit("more.txt", "more\n");
      source.git("push", "-q", bare.toString(), "main");
      remote.update();
      remote.stall(path -> path.contains("/objects/"));
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        ids.add(server.submit(job(false, List.of("cut"), "git rev-parse HEAD")));
      }
      remote.awaitStall();
      server.awaitState(ids.get(9), "BATCHED"::equals);

      server.killServer();
      remote.resume();
      server.startServer();
      server.awaitReady();

      String batch = "";
      for (String id : ids) {
        JsonNode job = server.awaitEnd(id);
        assertThat(job.get("state").asText()).as(job.toString()).isEqualTo("COMPLETED");
        assertThat(new String(server.output(id), UTF_8)).isEqualTo(commit + "\n");
        batch = job.get("batch_id").asText();
      }
      assertThat(server.get("/api/batches/" + batch).get("batch").get("members").asInt())
          .as("all of them share the batch that the dead server began")
          .isEqualTo(10);
      assertThat(remote.requests("/" + commit.substring(0, 2) + "/" + commit.substring(2)))
          .as("how often the new commit was asked for")
          .isBetween(1L, 2L);
    }
  }

  @Test
  void aLockThatContradictsTheRestTakesItsRepositoryAwayAndNothingElse() throws Exception {
    register("broken");
    register("whole");
    Path gate = directory.resolve("broken-is-over");
    String holder = holder("broken", gate);
    execute("UPDATE repository_lock SET attempt = 7 WHERE repository = 'broken'");

    for (String round : List.of("at once", "after a restart")) {
      JsonNode problem = refusal("409 repository-unavailable", List.of("broken"));
      assertThat(problem.get("detail").asText())
          .as(round)
          .contains("Repository unavailable: its lock names job " + holder + " at attempt 7");
      assertThat(repository("broken").get("state").asText()).isEqualTo("UNAVAILABLE");
      assertThat(repository("broken").get("reason").asText()).startsWith("its lock names job");
      assertThat(states().get("broken")).isEqualTo("UNAVAILABLE");
      assertThat(states().get("whole")).isEqualTo("READY");
      String other = server.submit(job(true, List.of("whole"), "true"));
      assertThat(server.awaitEnd(other).get("state").asText()).isEqualTo("COMPLETED");
      assertThat(server.job(holder).get("state").asText()).isEqualTo("RUNNING");
      if (round.equals("at once")) {
        restart();
      }
    }
    JsonNode run = server.get("/api/admin/startup-log").get("current_startup");
    assertThat(run.get("degraded_mode").asBoolean()).isTrue();
    assertThat(run.get("corrupted_resources").toString()).contains("\"lock:broken\"");
    assertThat(operation("LockRecovery").get("errors").get(0).get("resource").asText())
        .isEqualTo("lock:broken");

    execute("DELETE FROM repository_lock WHERE repository = 'broken'");

    assertThat(repository("broken").get("state").asText()).isEqualTo("READY");
    String again = server.submit(job(false, List.of("broken"), "true"));
    assertThat(server.awaitEnd(again).get("state").asText()).isEqualTo("COMPLETED");
    Files.createFile(gate);
    assertThat(server.awaitEnd(holder).get("state").asText()).isEqualTo("COMPLETED");
  }

  private Map<String, String> states() throws IOException, InterruptedException {
    Map<String, String> states = new HashMap<>();
    server
        .get("/api/repositories")
        .get("repositories")
        .forEach(found -> states.put(found.get("name").asText(), found.get("state").asText()));
    return states;
  }

  private void execute(String sql) throws IOException, SQLException {
    try (var connection = server.connect();
        var statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(sql)).isEqualTo(1);
    }
  }

  /** Of a submit that names these; nothing has changed. */
  private JsonNode refusal(String expected, List<String> repositories)
      throws IOException, InterruptedException {
    String body = ServerUnderTest.JSON.writeValueAsString(job(false, repositories, "true"));
    return problem(expected, server.call("POST", "/api/jobs", body));
  }

  private static JsonNode problem(String expected, HttpResponse<byte[]> response)
      throws IOException {
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = ServerUnderTest.JSON.readTree(response.body());
    String type = problem.get("type").asText().replaceFirst("^urn:holdfast:problem:", "");
    assertThat(response.statusCode() + " " + type).as(problem.toString()).isEqualTo(expected);
    return problem;
  }

  @Test
  void whatNamesRepositoriesWronglyIsRefusedWithAReason() throws Exception {
    register("good");
    register("gone", directory.resolve("nowhere").toString());
    List<String> hundred =
        IntStream.range(0, 100).mapToObj(i -> "r" + i).collect(Collectors.toList());
    int before = server.get("/api/jobs?limit=500").get("jobs").size();

    assertThat(refusal("422 invalid-value", List.of("good", "good")).get("detail").asText())
        .contains("twice");
    assertThat(refusal("422 invalid-value", List.of()).get("detail").asText())
        .contains("repositories is empty");
    assertThat(refusal("422 unknown-repository", List.of("good", "nope")).get("detail").asText())
        .contains("'nope'");
    assertThat(refusal("409 repository-unavailable", List.of("gone")).get("detail").asText())
        .contains("Repository unavailable: ");
    assertThat(refusal("422 invalid-value", hundred).get("detail").asText()).contains("20");
    assertThat(refusal("422 invalid-value", List.of("../x")).get("detail").asText())
        .contains("repository name");
    assertThat(server.get("/api/jobs?limit=500").get("jobs")).hasSize(before);
  }

  @Test
  void aRepositoryInUseIsNotRemovedAndTheProblemSaysWhoUsesIt() throws Exception {
    register("used");
    Path gate = directory.resolve("used-is-over");
    String running = holder("used", gate);
    String waiting = waiter(List.of("used"), directory.resolve("used-order"));

    JsonNode problem = problem("409 in-use", server.call("DELETE", "/api/repositories/used", null));

    assertThat(problem.get("detail").asText()).contains(running, waiting);
    assertThat(repository("used").get("state").asText()).isEqualTo("READY");
    Files.createFile(gate);
    server.awaitEnd(running);
    server.awaitEnd(waiting);
    assertThat(server.call("DELETE", "/api/repositories/used", null).statusCode()).isEqualTo(204);
  }

  @Test
  void whatAnAdministratorAsksForIsPagedFilteredAndStrict() throws Exception {
    register("busy");
    Path gate = directory.resolve("busy-is-over");
    String holder = holder("busy", gate);
    List<String> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiting.add(waiter(List.of("busy"), directory.resolve("busy-order")));
    }
    List<String> paged = new ArrayList<>();
    String path = "/api/admin/waiting-queues?repository=busy&limit=2";
    for (String cursor = ""; !cursor.equals("null"); ) {
      JsonNode page = server.get(path + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
      page.get("waiting").forEach(place -> paged.add(place.get("job").asText()));
      cursor = page.get("next_cursor").asText();
    }
    assertThat(paged).isEqualTo(waiting);
    assertThat(
            server.get("/api/admin/locks?repository=busy").get("locks").get(0).get("job").asText())
        .isEqualTo(holder);
    assertThat(server.get("/api/admin/locks?node=nobody").get("locks")).isEmpty();
    JsonNode node = server.get("/api/admin/nodes").get("nodes").get(0);
    assertThat(node.get("slots").asInt()).isEqualTo(4);
    assertThat(node.get("held_jobs").asInt()).isPositive();
    assertThat(node.get("held_locks").asInt()).isPositive();
    assertThat(server.get("/api/admin/queue?repository=busy").get("queue")).isEmpty();

    for (String list :
        List.of(
            "/api/admin/queue",
            "/api/admin/locks",
            "/api/admin/waiting-queues",
            "/api/admin/nodes",
            "/api/batches")) {
      for (String wrong : List.of("nope=1", "limit=0", "limit=501", "cursor=x", "cursor=%00")) {
        problem("400 invalid-parameter", server.call("GET", list + "?" + wrong, null));
      }
    }
    for (String wrong :
        List.of(
            "/api/admin/statistics?nope=1",
            "/api/admin/startup-log?nope=1",
            "/api/admin/locks?repository=..",
            "/api/batches?phase=fetching")) {
      problem("400 invalid-parameter", server.call("GET", wrong, null));
    }
    for (String missing :
        List.of("/api/batches/nonsense", "/api/batches/00000000-0000-4000-8000-000000000000")) {
      problem("404 not-found", server.call("GET", missing, null));
    }
    Files.createFile(gate);
    for (String id : waiting) {
      server.awaitEnd(id);
    }
  }
}
