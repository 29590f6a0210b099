package io.holdfast.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 9457. */
class ProblemTest {

  @ParameterizedTest
  @EnumSource
  void everyKindHasAUrnOfItsOwn(Problem.Kind kind) {
    assertThat(kind.urn()).matches("urn:holdfast:problem:[a-z]+(-[a-z]+)*");
    assertThat(Arrays.stream(Problem.Kind.values()).filter(other -> other.urn().equals(kind.urn())))
        .hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"HTTP", "INTERNAL", "INSUFFICIENT_STORAGE", "NOT_READY"},
      mode = EnumSource.Mode.EXCLUDE)
  void whatAClientDidWrongIsAFourHundred(Problem.Kind kind) {
    assertThat(kind.status()).isBetween(400, 499);
  }

  @Test
  void aProblemHasTheMembersOfTheRfc() throws IOException {
    JsonNode json =
        Json.MAPPER.readTree(Json.write(Problem.of(Problem.Kind.WRONG_STATE, "the job is LOST")));

    assertThat(json.get("type").asText()).isEqualTo("urn:holdfast:problem:wrong-state");
    assertThat(json.get("title").asText()).isNotEmpty();
    assertThat(json.get("status").asInt()).isEqualTo(409);
    assertThat(json.get("detail").asText()).isEqualTo("the job is LOST");
    assertThat(json.has("errors")).as("empty lists are left out").isFalse();
  }

  @Test
  void theFieldsThatAreWrongAreListed() throws IOException {
    Problem problem =
        Problem.of(
            Problem.Kind.INVALID_VALUE, "x", List.of(new Problem.FieldError("command[0]", "NUL")));

    assertThat(Json.MAPPER.readTree(Json.write(problem)).get("errors").get(0).get("field").asText())
        .isEqualTo("command[0]");
  }

  @Test
  void halfOfASurrogatePairIsNotPassedOn() throws IOException {
    Problem problem =
        Problem.of(
            Problem.Kind.UNKNOWN_ENGINE,
            "no engine is called '\ud800'",
            List.of(new Problem.FieldError("\udfff", "a\ud800b and \ud83d\ude00")));

    JsonNode sent = Json.MAPPER.readTree(Json.MAPPER.writeValueAsBytes(problem));

    assertThat(sent.get("detail").asText()).isEqualTo("no engine is called '?'");
    assertThat(sent.get("errors").get(0).get("field").asText()).isEqualTo("?");
    assertThat(sent.get("errors").get(0).get("detail").asText()).isEqualTo("a?b and \ud83d\ude00");
  }
}
