package io.holdfast.blackbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.client.OutputFollower;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients get that do not keep to HTTP, or to the API. One server that is never killed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class HostileClientIT {

  private static final String TRUE = "{\"engine\":\"shell\",\"command\":[\"true\"]}";

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

  private static String problem(HttpResponse<byte[]> response) throws IOException {
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = ServerUnderTest.JSON.readTree(response.body());
    assertThat(problem.get("status").asInt()).isEqualTo(response.statusCode());
    return response.statusCode()
        + " "
        + problem.get("type").asText().replaceFirst("^urn:holdfast:problem:", "");
  }

  private Map<String, String> headers(String name, String value) throws IOException {
    Map<String, String> headers = new HashMap<>();
    headers.put("Authorization", "Bearer " + server.token());
    headers.put("Content-Type", "application/json");
    headers.put(name, value);
    return headers;
  }

  /** What comes back until the server closes the connection, or for so long. */
  private String raw(String request, Duration patience) throws IOException {
    try (Socket socket = new Socket(server.url().getHost(), server.url().getPort())) {
      socket.setSoTimeout((int) patience.toMillis());
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(UTF_8));
      out.flush();
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      InputStream in = socket.getInputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        answer.write(next);
      }
      return answer.toString(US_ASCII);
    }
  }

  @Test
  void aBodyThatAnnouncesHundredMegabytesIsRefusedBeforeItComes() throws IOException {
    String announced = "POST /api/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n";

    // The server closes when nothing has come for a while, so each is read to its end.
    assertThat(raw(announced + "\r\n{", Duration.ofSeconds(60)))
        .startsWith("HTTP/1.1 401")
        .contains("urn:holdfast:problem:unauthorized");
    assertThat(
            raw(
                announced
                    + "Authorization: Bearer "
                    + server.token()
                    + "\r\nContent-Type: application/json\r\n\r\n{",
                Duration.ofSeconds(60)))
        .startsWith("HTTP/1.1 413")
        .contains("application/problem+json", "urn:holdfast:problem:body-too-large");
  }

  @Test
  void aWholeBodyOfHundredMegabytesIsRefusedWithAProblem() throws Exception {
    byte[] body = new byte[100 << 20];

    HttpResponse<byte[]> refused =
        server.send("POST", "/api/jobs", body, headers("Accept", "application/json"));

    assertThat(problem(refused)).isEqualTo("413 body-too-large");
  }

  @Test
  void aBodyThatBreaksOffHoldsNoThreadForLong() throws IOException {
    String chunked =
        "POST /api/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer "
            + server.token()
            + "\r\nTransfer-Encoding: chunked\r\n\r\n";

    assertThat(raw(chunked + "zz\r\n", Duration.ofSeconds(45))).doesNotContain("HTTP/1.1 5");
    assertThat(raw(chunked + "5\r\n{}", Duration.ofSeconds(45))).doesNotContain("HTTP/1.1 5");
  }

  @Test
  void whoeverOnlyListensIsNotTakenForSilent() throws Exception {
    Path gate = directory.resolve("quiet-gate");
    String id =
        server.shell(
            "i=0; while [ ! -e \"$1\" ] && [ $i -lt 600 ]; do i=$((i+1)); sleep 0.1; done; echo end",
            gate.toString());
    ByteArrayOutputStream followed = new ByteArrayOutputStream();
    int[] breaks = new int[1];
    Thread late =
        new Thread(
            () -> {
              try {
                Thread.sleep(5_000); // longer than the server waits for a request to go on
                Files.createFile(gate);
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    late.start();

    new OutputFollower(
            server.api(),
            id,
            0,
            new OutputFollower.Sink() {
              @Override
              public void accept(long offset, byte[] bytes) {
                followed.writeBytes(bytes);
              }

              @Override
              public void interrupted(long position, String reason) {
                breaks[0]++;
              }
            })
        .follow();

    assertThat(followed.toString(UTF_8)).isEqualTo("end\n");
    assertThat(breaks[0]).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Accept|*/*;q=abc|400 invalid-parameter",
        "Accept|nonsense|400 http",
        "Accept|text/html|406 http",
        "Accept-Language|;;q=x|400 http",
        "Content-Type|nonsense|400 http",
        "Content-Type|text/json|415 http",
        "Content-Type|application/*|415 http",
        "Content-Type|application/vnd.x+json|415 http",
        "Content-Type|application/json;charset=utf-16|415 http",
        "Content-Type|application/json;charset=nope|415 http"
      })
  void aHeaderThatCannotBeUsedIsTheClientsMistake(String name, String value, String expected)
      throws Exception {
    assertThat(
            problem(server.send("POST", "/api/jobs", TRUE.getBytes(UTF_8), headers(name, value))))
        .isEqualTo(expected);
  }

  @Test
  void aCookieThatNobodyCanReadDoesNoHarm() throws Exception {
    assertThat(
            server.send("GET", "/api/jobs", null, headers("Cookie", "$Version=;;=")).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PATCH|/|501 http",
        "FOO|/health|501 http",
        "PUT|/|405 http",
        "DELETE|/health/ready|405 http",
        "PUT|/openapi|405 http",
        "POST|/openapi|405 http",
        "GET|/WEB-INF/web.xml|404 not-found",
        "GET|/web-inf/|404 not-found",
        "GET|/META-INF|404 not-found",
        "GET|/console|404 not-found",
        "GET|/error-page|404 not-found",
        "GET|/nothing|404 not-found"
      })
  void whatIsNotTheApiRefusesWithAProblem(String method, String path, String expected)
      throws Exception {
    assertThat(problem(server.send(method, path, null, Map.of()))).isEqualTo(expected);
  }

  @Test
  void anActionTakesNoFieldsAndAListNoParameterThatDoesNotExist() throws Exception {
    String id = server.shell("sleep 60");
    String cancel = "/api/jobs/" + id + "/cancel";

    assertThat(problem(server.call("POST", cancel, "{\"force\":true}")))
        .isEqualTo("400 unknown-field");
    assertThat(problem(server.call("POST", cancel, "["))).startsWith("400 ");
    assertThat(
            problem(
                server.send(
                    "POST", cancel, "x=1".getBytes(UTF_8), headers("Content-Type", "text/plain"))))
        .isEqualTo("415 http");
    assertThat(server.call("POST", cancel, "{}").statusCode()).isEqualTo(202);
    for (String path : List.of("jobs?limt=1", "repositories?x", "engines?x=1")) {
      HttpResponse<byte[]> refused = server.call("GET", "/api/" + path, null);
      assertThat(problem(refused)).as(path).isEqualTo("400 invalid-parameter");
      assertThat(ServerUnderTest.text(refused)).contains(path.replaceAll(".*\\?|=.*", ""));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=99999999999999999999-, 200",
    "bytes=0-99999999999999999999, 200",
    "bytes=999999999999999999-, 416",
    "bytes=-999999999999999999, 206",
    "bytes=-99999999999999999999, 200"
  })
  void aHugeRangeIsTheWholeOrNotSatisfiable(String range, int status) throws Exception {
    String id = server.shell("printf 0123456789");
    server.awaitEnd(id);

    HttpResponse<byte[]> answer =
        server.send("GET", "/api/jobs/" + id + "/output", null, headers("Range", range));

    assertThat(answer.statusCode()).isEqualTo(status);
  }

  @Test
  void aFollowerOfAJobThatIsQueuedAgainMissesNothingOfEitherAttempt() throws Exception {
    Path pids = directory.resolve("requeued-pids");
    Path again = directory.resolve("again");
    String script =
        "if [ -e \"$2\" ]; then echo second; exit 0; fi; echo the first one is longer;"
            + " echo $$ $PPID > \"$1.new\"; touch \"$2\"; mv \"$1.new\" \"$1\"; exec sleep 120";
    String id =
        server.submit(
            Map.of(
                "engine", "shell",
                "on_interrupt", "requeue",
                "command", List.of("sh", "-c", script, "job", pids.toString(), again.toString())));
    ByteArrayOutputStream followed = new ByteArrayOutputStream();
    Await.until("the first attempt runs", ServerUnderTest.PATIENCE, () -> Files.exists(pids));

    String[] both = Files.readString(pids).strip().split(" ", -1);
    for (int i = both.length - 1; i >= 0; i--) {
      ProcessHandle.of(Long.parseLong(both[i])).ifPresent(ProcessHandle::destroyForcibly);
    }
    new OutputFollower(
            server.api(), id, 0, (offset, bytes) -> followed.write(bytes, 0, bytes.length))
        .follow();

    assertThat(server.awaitEnd(id).get("attempt").asInt()).isEqualTo(2);
    assertThat(followed.toString(UTF_8)).endsWith("second\n");
    HttpResponse<byte[]> rest =
        server.send(
            "GET",
            "/api/jobs/" + id + "/output/stream?attempt=1",
            null,
            headers("Last-Event-ID", "4"));
    assertThat(ServerUnderTest.text(rest))
        .contains("event: attempt\nid: 4\ndata: {\"attempt\":1,")
        .contains("data: first one is longer\n")
        .contains("event: end\nid: 24\n")
        .contains("\"attempt\":2}");
  }
}
