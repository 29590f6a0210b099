package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.client.Json;
import io.holdfast.cli.client.StubServer;
import io.holdfast.cli.client.StubServer.Call;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class CommandsTest {

  private static final String JOB =
      "{\"id\":\"j1\",\"state\":\"RUNNING\",\"exit_code\":null,\"repositories\":[\"alpha\"]}";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream originalOut = System.out;
  private final PrintStream originalErr = System.err;
  private StubServer server;
  @TempDir Path directory;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void stop() {
    System.setOut(originalOut);
    System.setErr(originalErr);
    server.close();
  }

  @Test
  void submitSendsWhatWasAskedForAndPrintsTheId() throws IOException {
    server.answers(201, JOB);
    Path prompt = Files.writeString(directory.resolve("prompt"), "do $(this)\n");

    int status =
        run(
            "submit",
            "-r",
            "alpha",
            "-r",
            "beta",
            "--branch",
            "dev",
            "-e",
            "A=1=2",
            "-e",
            "B=",
            "--timeout",
            "1h30m",
            "--title",
            "t",
            "--prompt-file",
            prompt.toString(),
            "--no-start",
            "--on-interrupt",
            "requeue",
            "--exclusive",
            "--idempotency-key",
            "k",
            "--",
            "make",
            "-k",
            "test all");

    assertThat(status).isZero();
    assertThat(out()).isEqualTo("j1\n");
    Call call = server.calls().get(0);
    assertThat(call.idempotencyKey()).isEqualTo("k");
    assertThat(call.body())
        .isEqualTo(
            Json.write(
                Json.parse(
                    """
                    {"engine": "shell", "command": ["make", "-k", "test all"],
                     "prompt": "do $(this)\\n", "repositories": ["alpha", "beta"],
                     "branch": "dev", "title": "t", "environment": {"A": "1=2", "B": ""},
                     "exclusive": true, "auto_start": false, "timeout_seconds": 5400,
                     "on_interrupt": "requeue"}
                    """)));
  }

  @Test
  void aFollowedJobGivesItsOutputAndItsExitStatus() {
    server
        .answers(201, JOB)
        .streams("event: output\nid: 3\ndata: hi\ndata:\n\n")
        .streams("event: end\ndata: {\"state\":\"FAILED\",\"exit_code\":7}\n\n");

    assertThat(run("submit", "--follow", "--", "false")).isEqualTo(7);
    assertThat(out()).isEqualTo("hi\n");
  }

  @Test
  void aFollowedJobWithoutAnExitCodeIsNoSuccess() {
    server
        .answers(201, JOB)
        .streams("event: end\ndata: {\"state\":\"CANCELLED\",\"exit_code\":null}\n\n");

    assertThat(run("submit", "-f", "--", "true")).isEqualTo(1);
  }

  @Test
  void jobsAreListedOverPagesAndAligned() {
    server
        .answers(200, "{\"jobs\":[" + JOB + "],\"next_cursor\":\"c/1\"}")
        .answers(
            200,
            "{\"jobs\":[{\"id\":\"j22\",\"state\":\"COMPLETED\",\"exit_code\":0,"
                + "\"title\":\"a\\u001b[31m\"}],\"next_cursor\":null}");

    assertThat(run("ls", "--state", "running")).isZero();
    assertThat(server.calls())
        .extracting(Call::path)
        .containsExactly(
            "/api/jobs?limit=50&state=RUNNING", "/api/jobs?limit=49&state=RUNNING&cursor=c%2F1");
    assertThat(out())
        .isEqualTo(
            """
            ID   STATE      EXIT  CREATED  REPOSITORY  OWNER  TITLE
            j1   RUNNING          -        alpha
            j22  COMPLETED  0     -                           a?[31m
            """);
  }

  @Test
  void theOutputIsPrintedByteForByte() {
    server.answers(200, "a\r\n\tb");

    assertThat(run("logs", "j1")).isZero();
    assertThat(out()).isEqualTo("a\r\n\tb");
    assertThat(server.calls().get(0).path()).isEqualTo("/api/jobs/j1/output?offset=0");
  }

  @Test
  void followedOutputAsJsonIsALineForEachPiece() {
    server.streams(
        """
        event: output
        id: 2
        data: a
        data:

        event: output-base64
        id: 3
        data: /w==

        event: end
        data: {"state":"FAILED","exit_code":1,"output_bytes":3}

        """);

    assertThat(run("logs", "-f", "--json", "j1")).isZero();
    assertThat(out())
        .isEqualTo(
            """
            {"offset":2,"text":"a\\n"}
            {"offset":3,"base64":"/w=="}
            {"state":"FAILED","exit_code":1,"output_bytes":3}
            """);
  }

  @Test
  void theStartupLogIsReadable() {
    server.answers(
        200,
        """
        {"current_startup": {"startup_id": "s2", "total_duration_ms": 31, "degraded_mode": true,
          "corrupted_resources": ["job:9"], "aborted_predecessor": {"phase": "jobs"},
          "operations": [{"component": "jobs", "operation": "reattach", "duration_ms": 8,
            "status": "partial_success", "counts": {"reattached": 2},
            "errors": [{"resource": "job:9", "reason": "corrupt", "action": "kept"}]}]},
         "startup_history": [{"startup_id": "s1", "total_duration_ms": 5}]}
        """);

    assertThat(run("recovery")).isZero();
    assertThat(out())
        .contains("degraded (unavailable: job:9), the startup before it was aborted in jobs")
        .contains("jobs       reattach   partial_success  8 ms  reattached=2")
        .contains("! job:9: corrupt -> kept")
        .contains("s1");
  }

  @Test
  void repositoriesAreAddedListedAndRemoved() {
    server
        .answers(201, "{\"name\":\"alpha\",\"state\":\"CLONING\"}")
        .answers(200, "{\"name\":\"alpha\",\"state\":\"READY\"}")
        .answers(200, "{\"repositories\":[{\"name\":\"alpha\",\"state\":\"READY\"}]}")
        .answers(204, "");

    assertThat(run("repository", "add", "--wait", "alpha", "https://git.example/a")).isZero();
    assertThat(run("repository", "ls")).isZero();
    assertThat(run("repository", "rm", "alpha")).isZero();
    assertThat(out()).contains("alpha  READY\n").endsWith("alpha removed\n");
  }

  @Test
  void aWaitingJobSaysWhatItWaitsFor() {
    server.answers(
        200,
        """
        {"id": "j2", "state": "WAITING", "batch_id": "b1", "waiting_for": {"repository": "alpha",
          "position": 3, "blocked_by": "j1", "since": "2026-01-01T00:00:00Z",
          "why": "locked by job j1 until its end"}}
        """);

    assertThat(run("show", "j2")).isZero();
    assertThat(out())
        .contains("Waiting for:    alpha, position 3, for ")
        .contains("Why:            locked by job j1 until its end\n")
        .contains("Batch:          b1\n");
  }

  @Test
  void aRepositorySaysWhoHasItAndWhoStandsInLine() {
    server.answers(
        200,
        """
        {"name": "alpha", "state": "READY", "lock": {"job": "j1", "operation": "JOB", "fence": 7},
         "batch": null, "waiting_queue": {"length": 1, "jobs": [{"position": 1, "job": "j2",
           "state": "WAITING", "why": "locked by job j1 until its end"}]}}
        """);

    assertThat(run("repository", "show", "alpha")).isZero();
    assertThat(server.calls().get(0).path()).isEqualTo("/api/repositories/alpha");
    assertThat(out())
        .contains("Locked by:      j1, until its end, since -, fence 7\n")
        .contains("In line:        1\n")
        .contains("1         j2   WAITING  -      locked by job j1 until its end\n");
  }

  @Test
  void aSubmitBringsItsCallbacks() throws IOException {
    server.answers(201, JOB);
    Path secrets = Files.writeString(directory.resolve("secrets"), "whsec_a\n\nwhsec_b\n");

    assertThat(
            run(
                "submit",
                "--callback",
                "https://a.example/",
                "--callback=https://b.example/",
                "--event=job.failed",
                "--header",
                "X-A=1",
                "--secret-file",
                secrets.toString(),
                "--",
                "true"))
        .isZero();
    assertThat(server.calls().get(0).body())
        .endsWith(
            Json.write(
                    Json.parse(
                        """
                        {"callbacks": [
                          {"url": "https://a.example/", "events": ["job.failed"],
                           "headers": {"X-A": "1"}, "secrets": ["whsec_a", "whsec_b"]},
                          {"url": "https://b.example/", "events": ["job.failed"],
                           "headers": {"X-A": "1"}, "secrets": ["whsec_a", "whsec_b"]}]}
                        """))
                .substring(1));
  }

  @Test
  void aDeliveryIsShownWithItsTriesAndDeliveredAgain() {
    server
        .answers(
            200,
            """
            {"delivery": {"id": "d1", "state": "FAILED", "event": "job.failed",
               "reason": "it answered 503, at the last of 4 tries"},
             "attempts": [{"at": "2026-01-01T00:00:00Z", "duration_ms": 12, "status": 503,
               "error": null, "answer": "no\\u001b"}]}
            """)
        .answers(202, "{\"id\":\"d1\",\"state\":\"PENDING\"}")
        .answers(202, "{\"redelivered\":3}")
        .answers(202, "{\"delivery_id\":\"d2\"}");

    assertThat(run("callbacks", "show", "d1")).isZero();
    assertThat(out()).contains("Reason:         it answered 503", "12  503            no?\n");
    assertThat(run("callbacks", "redeliver", "d1")).isZero();
    assertThat(run("callbacks", "redeliver", "--failed", "--since", "2026-01-01T00:00:00Z"))
        .isZero();
    assertThat(run("callbacks", "ping", "e1")).isZero();
    assertThat(out()).endsWith("d1  PENDING\n3 due again\nd2\n");
    assertThat(run("callbacks", "redeliver")).isEqualTo(2);
    assertThat(run("callbacks", "redeliver", "d1", "--failed")).isEqualTo(2);
    assertThat(server.calls())
        .extracting(call -> call.method() + " " + call.path())
        .containsExactly(
            "GET /api/callbacks/d1",
            "POST /api/callbacks/d1/redeliver",
            "POST /api/callbacks/redeliver?state=failed&since=2026-01-01T00%3A00%3A00Z",
            "POST /api/callback-endpoints/e1/ping");
  }

  @Test
  void endpointsAreAddedListedRotatedEnabledAndRemoved() throws IOException {
    server
        .answers(201, "{\"id\":\"e1\"}")
        .answers(
            200,
            """
            {"endpoints": [{"id": "e1", "name": "ci", "state": "DISABLED", "reason": "it answered 410",
              "consecutive_failures": 0, "url": "https://a.example/"}]}
            """)
        .answers(200, "{\"id\":\"e1\",\"state\":\"ENABLED\"}")
        .answers(200, "{\"id\":\"e1\",\"secrets\":1}")
        .answers(204, "");
    Path secrets = Files.writeString(directory.resolve("secrets"), "whsec_a\n");

    assertThat(run("endpoint", "add", "ci", "https://a.example/", "-r", "alpha")).isZero();
    assertThat(run("endpoint", "ls")).isZero();
    assertThat(run("endpoint", "enable", "e1")).isZero();
    assertThat(run("endpoint", "secrets", "e1", secrets.toString())).isZero();
    assertThat(run("endpoint", "rm", "e1")).isZero();
    assertThat(out())
        .startsWith("e1\n")
        .contains("it answered 410\n")
        .endsWith("e1  ENABLED\ne1  1 secrets\ne1 removed\n");
    assertThat(server.calls().get(0).body())
        .isEqualTo("{\"name\":\"ci\",\"repository\":\"alpha\",\"url\":\"https://a.example/\"}");
    assertThat(server.calls().get(3).body()).isEqualTo("{\"secrets\":[\"whsec_a\"]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "queue --owner me | /api/admin/queue?limit=50&owner=me | queue",
        "waiting --repository a | /api/admin/waiting-queues?limit=50&repository=a | waiting",
        "locks --repository a --node n | /api/admin/locks?limit=50&repository=a&node=n | locks",
        "batches --phase failed -n 7 | /api/batches?limit=7&phase=FAILED | batches",
        "nodes | /api/admin/nodes?limit=50 | nodes",
        "callbacks ls --state failed --job j"
            + " | /api/admin/callbacks?limit=50&state=FAILED&job=j | deliveries"
      })
  void whatAnAdministratorAsksFor(String line, String path, String member) {
    server
        .answers(200, "{\"" + member + "\":[{\"position\":1,\"job\":\"j\\u001b1\"}]}")
        .answers(200, "{\"" + member + "\":[],\"next_cursor\":null}")
        .answers(200, "{\"" + member + "\":[{\"job\":\"j1\"}],\"next_cursor\":null}");
    List<String> words = List.of(line.split(" +"));
    String[] rest = words.subList(1, words.size()).toArray(String[]::new);

    assertThat(run(words.get(0), rest)).isZero();
    assertThat(server.calls().get(0).path()).isEqualTo(path);
    assertThat(out().lines()).hasSize(2);
    assertThat(out()).doesNotContain("\u001b");
    assertThat(run(words.get(0), rest)).isZero();
    assertThat(out().lines()).hasSize(3);
    List<String> asJson = new ArrayList<>(List.of(rest));
    asJson.add("--json");
    assertThat(run(words.get(0), asJson.toArray(String[]::new))).isZero();
    assertThat(out()).contains("\"" + member + "\" : [");
  }

  @Test
  void aRefusalIsItsTitleAndDetailAndStatusOne() {
    server.answers(409, "{\"title\":\"Wrong state\",\"detail\":\"the job has ended\"}");

    assertThat(run("cancel", "j1")).isEqualTo(1);
    assertThat(err()).isEqualTo("holdfast: Wrong state: the job has ended\n");
  }

  @Test
  void noAnswerIsStatusThree() {
    server.close();

    assertThat(run("show", "j1")).isEqualTo(3);
    assertThat(err()).startsWith("holdfast: no answer from http://127.0.0.1:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "submit",
        "submit -f --no-start -- true",
        "submit -e NAME -- true",
        "submit --timeout soon -- true",
        "submit --event job.failed -- true",
        "ls --limit 0",
        "ls --no-such-option",
        "show",
        "logs --offset -1 j1",
        "no-such-command"
      })
  void wrongUsageIsStatusTwoAndNoCall(String line) {
    List<String> arguments = new ArrayList<>(List.of(line.split(" ", -1)));
    if (!line.equals("no-such-command")) {
      arguments.add(1, "--url=" + server.url());
    }

    assertThat(Main.run(arguments.toArray(String[]::new))).isEqualTo(2);
    assertThat(server.calls()).isEmpty();
    assertThat(err()).isNotBlank().doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--port=99999", "--management-port=0", "--db-port=-1"})
  void aPortThatCannotBeIsWrongUsageWhateverRuns(String option) {
    System.setProperty("holdfast.checkout", directory.toString());
    try {
      assertThat(Main.run("up", option)).isEqualTo(2);
    } finally {
      System.clearProperty("holdfast.checkout");
    }
    assertThat(err()).contains("is no port");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "down",
        "demo",
        "submit",
        "ls",
        "show",
        "logs",
        "cancel",
        "repository",
        "callbacks",
        "endpoint",
        "queue",
        "waiting",
        "locks",
        "batches",
        "nodes",
        "recovery"
      })
  void everyCommandHasHelp(String command) {
    assertThat(Main.run(command, "--help")).isZero();
    assertThat(out()).startsWith("Usage: holdfast " + command);
  }

  private int run(String command, String... rest) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of(rest));
    arguments.add(
        List.of("repository", "callbacks", "endpoint").contains(command) ? 2 : 1,
        "--url=" + server.url());
    return Main.run(arguments.toArray(String[]::new));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
