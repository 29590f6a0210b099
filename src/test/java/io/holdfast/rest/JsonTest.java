package io.holdfast.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.platform.Sha256;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How strictly bodies are read, by the way they really come: through the provider. */
class JsonTest {

  private final JsonProvider provider = new JsonProvider();

  private <T> T read(Class<T> type, byte[] body) throws IOException {
    @SuppressWarnings("unchecked")
    Class<Object> asked = (Class<Object>) type;
    return type.cast(
        provider.readFrom(
            asked,
            type,
            new Annotation[0],
            MediaType.APPLICATION_JSON_TYPE,
            new MultivaluedHashMap<>(),
            new ByteArrayInputStream(body)));
  }

  private SubmitRequest submit(String body) throws IOException {
    return read(SubmitRequest.class, body.getBytes(StandardCharsets.UTF_8));
  }

  private Problem problem(String body) {
    return problem(SubmitRequest.class, body.getBytes(StandardCharsets.UTF_8));
  }

  private Problem problem(Class<?> type, byte[] body) {
    ProblemException thrown = catchThrowableOfType(ProblemException.class, () -> read(type, body));
    assertThat(thrown).as(new String(body, StandardCharsets.UTF_8)).isNotNull();
    return thrown.problem();
  }

  private void refuses(Problem.Kind kind, String body) {
    Problem problem = problem(body);
    assertThat(problem.type()).as("%s: %s", body, problem.detail()).isEqualTo(kind.urn());
    assertThat(problem.status()).isEqualTo(400);
  }

  @Test
  void aWholeRequestIsRead() throws IOException {
    SubmitRequest request =
        submit(
            """
            {"engine": "shell", "command": ["sh", "-c", "make"], "prompt": null, "repositories": ["a"],
             "branch": "main", "title": "T", "environment": {"K": "v"}, "exclusive": true,
             "auto_start": false, "timeout_seconds": 3600, "on_interrupt": "requeue", "callbacks": []}
            """);

    assertThat(request)
        .isEqualTo(
            new SubmitRequest(
                "shell",
                List.of("sh", "-c", "make"),
                null,
                null,
                List.of("a"),
                "main",
                "T",
                Map.of("K", "v"),
                true,
                false,
                3600L,
                "requeue",
                List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"engines\": \"shell\"}",
        "{\"autoStart\": true}",
        "{\"Engine\": \"shell\"}",
        "{\"engine\": \"shell\", \"\": 1}"
      })
  void anUnknownFieldIsRefused(String body) {
    refuses(Problem.Kind.UNKNOWN_FIELD, body);
  }

  @Test
  void anUnknownFieldIsNamedWithItsPlace() {
    Problem problem =
        problem(
            SubmitBatch.class,
            "{\"jobs\": [{}, {\"comand\": []}]}".getBytes(StandardCharsets.UTF_8));

    assertThat(problem.detail()).startsWith("'jobs[1].comand'").contains("command");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"engine\": 5}",
        "{\"engine\": true}",
        "{\"engine\": []}",
        "{\"engine\": {}}",
        "{\"command\": \"make\"}",
        "{\"command\": \"\"}",
        "{\"command\": {}}",
        "{\"command\": [1]}",
        "{\"command\": [1.5]}",
        "{\"command\": [true]}",
        "{\"command\": [[\"a\"]]}",
        "{\"command\": [\"a\", null]}",
        "{\"repositories\": [null]}",
        "{\"environment\": []}",
        "{\"environment\": \"\"}",
        "{\"environment\": {\"A\": 1}}",
        "{\"environment\": {\"A\": null}}",
        "{\"environment\": {\"A\": {}}}",
        "{\"exclusive\": \"true\"}",
        "{\"exclusive\": \"\"}",
        "{\"exclusive\": 1}",
        "{\"exclusive\": 0}",
        "{\"auto_start\": \"false\"}",
        "{\"timeout_seconds\": \"5\"}",
        "{\"timeout_seconds\": \"\"}",
        "{\"timeout_seconds\": 5.0}",
        "{\"timeout_seconds\": 1e3}",
        "{\"timeout_seconds\": true}",
        "{\"timeout_seconds\": 99999999999999999999}",
        "{\"timeout_seconds\": []}",
        "{\"callbacks\": {}}",
        "{\"callbacks\": [null]}",
        "[]",
        "5",
        "\"text\"",
        "\"\"",
        "true",
        "null"
      })
  void nothingIsTurnedIntoAnotherType(String body) {
    refuses(Problem.Kind.WRONG_TYPE, body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"engine\": \"shell\"",
        "{\"engine\": shell}",
        "{'engine': 'shell'}",
        "{\"command\": [\"a\" \"b\"]}",
        "{\"command\": [\"a\", ]}",
        "{\"command\": [\"a\"",
        "{\"environment\": {\"A\": \"b\" \"C\"}}",
        "{\"engine\": \"sh\nell\"}",
        "{\"engine\": \"shell\", \"engine\": \"shell\"}",
        "{\"environment\": {\"A\": \"1\", \"A\": \"2\"}}",
        "{\"timeout_seconds\": 01}",
        "{\"timeout_seconds\": NaN}",
        "{} {}",
        "{} x",
        "{}, 1",
        "// comment\n{}",
        "{\"engine\": \"\\x\"}",
        "{\"\\ud800\": 1}"
      })
  void whatIsNotJsonIsRefused(String body) {
    refuses(Problem.Kind.MALFORMED_JSON, body);
  }

  @Test
  void depthIsBounded() {
    refuses(Problem.Kind.WRONG_TYPE, "[".repeat(10_000));
    refuses(
        Problem.Kind.WRONG_TYPE,
        "{\"callbacks\": " + "[".repeat(10_000) + "]".repeat(10_000) + "}");
    refuses(Problem.Kind.MALFORMED_JSON, "{\"callbacks\": [" + "{\"a\":".repeat(10_000));
  }

  @Test
  void numbersAreBounded() {
    refuses(Problem.Kind.MALFORMED_JSON, "{\"timeout_seconds\": " + "9".repeat(100_000) + "}");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] body = "{\"engine\": \"sh?ll\"}".getBytes(StandardCharsets.UTF_8);
    body[14] = (byte) 0xc3;

    assertThat(problem(SubmitRequest.class, body).type())
        .isEqualTo(Problem.Kind.MALFORMED_JSON.urn());
  }

  @Test
  void nullMeansLeftOut() throws IOException {
    assertThat(submit("{\"engine\": null, \"command\": null, \"environment\": null}"))
        .isEqualTo(submit("{}"));
  }

  @Test
  void whatIsSentIsInSnakeCase() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    provider.writeTo(
        new RepositoriesResource.RegisterRequest("alpha", "https://x", null),
        RepositoriesResource.RegisterRequest.class,
        RepositoriesResource.RegisterRequest.class,
        new Annotation[0],
        MediaType.APPLICATION_JSON_TYPE,
        new MultivaluedHashMap<>(),
        out);

    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("{\"name\":\"alpha\",\"git_url\":\"https://x\",\"branch\":null}");
  }

  @Test
  void aRequestThatSaysTheSameHasTheSameFingerprint() throws IOException {
    String one = Sha256.of(Json.write(submit("{\"engine\":\"shell\",\"title\":\"T\"}")));
    String same = Sha256.of(Json.write(submit("{ \"title\": \"T\", \"engine\": \"shell\" }")));
    String other = Sha256.of(Json.write(submit("{\"engine\":\"shell\",\"title\":\"U\"}")));

    assertThat(one).isEqualTo(same).isNotEqualTo(other);
    assertThat(Sha256.of(Json.write(submit("{\"title\": \"\\ud800\"}"))))
        .as("a text that is not Unicode is refused later, not here")
        .hasSize(64);
  }

  @Test
  void onlyOurOwnTypesAreOurs() {
    Annotation[] none = new Annotation[0];
    MediaType json = MediaType.APPLICATION_JSON_TYPE;

    assertThat(provider.isReadable(SubmitRequest.class, SubmitRequest.class, none, json)).isTrue();
    assertThat(provider.isWriteable(Problem.class, Problem.class, none, json)).isTrue();
    assertThat(provider.isReadable(String.class, String.class, none, json)).isFalse();
    assertThat(provider.isWriteable(byte[].class, byte[].class, none, json)).isFalse();
  }
}
