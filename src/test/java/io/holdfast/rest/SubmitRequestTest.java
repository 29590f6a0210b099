package io.holdfast.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.jobs.JobSpec;
import io.holdfast.jobs.OnInterrupt;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmitRequestTest {

  private static final Duration DEFAULT = Duration.ofHours(24);

  private static JobSpec spec(String json) throws IOException {
    return Json.MAPPER.readValue(json, SubmitRequest.class).toSpec(DEFAULT);
  }

  private static void refuses(String json, String field) {
    ProblemException thrown = catchThrowableOfType(ProblemException.class, () -> spec(json));

    assertThat(thrown).as(json).isNotNull();
    assertThat(thrown.problem().type()).isEqualTo(Problem.Kind.INVALID_VALUE.urn());
    assertThat(thrown.problem().status()).isEqualTo(422);
    assertThat(thrown.problem().errors())
        .singleElement()
        .satisfies(error -> assertThat(error.field()).isEqualTo(field));
  }

  @Test
  void whatIsLeftOutHasItsDefault() throws IOException {
    assertThat(spec("{\"engine\": \"shell\"}"))
        .isEqualTo(
            new JobSpec(
                null,
                "shell",
                List.of(),
                null,
                Map.of(),
                List.of(),
                null,
                false,
                true,
                DEFAULT,
                OnInterrupt.FAIL));
  }

  @Test
  void oneRepositoryIsAListOfOne() throws IOException {
    assertThat(spec("{\"engine\": \"shell\", \"repository\": \"a\"}").repositories())
        .containsExactly("a");
    assertThat(spec("{\"engine\": \"shell\", \"repositories\": [\"b\", \"a\"]}").repositories())
        .containsExactly("b", "a");
  }

  @ParameterizedTest
  @CsvSource({"fail,FAIL", "requeue,REQUEUE", "resume,RESUME"})
  void policiesAreLowerCaseOnTheWire(String wire, OnInterrupt policy) throws IOException {
    assertThat(spec("{\"engine\": \"shell\", \"on_interrupt\": \"" + wire + "\"}").onInterrupt())
        .isEqualTo(policy);
    assertThat(SubmitRequest.wire(policy)).isEqualTo(wire);
  }

  @Test
  void aTimeoutIsPassedOnForAdmissionToJudge() throws IOException {
    for (long seconds : new long[] {1, 0, -5, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThat(spec("{\"engine\": \"shell\", \"timeout_seconds\": " + seconds + "}").timeout())
          .isEqualTo(Duration.ofSeconds(seconds));
    }
  }

  @Test
  void whatMakesNoSenseIsRefusedWithItsField() {
    refuses("{}", "engine");
    refuses(
        "{\"engine\": \"shell\", \"repository\": \"a\", \"repositories\": [\"b\"]}", "repository");
    refuses("{\"engine\": \"shell\", \"repositories\": []}", "repositories");
    refuses("{\"engine\": \"shell\", \"on_interrupt\": \"FAIL\"}", "on_interrupt");
    refuses("{\"engine\": \"shell\", \"on_interrupt\": \"\"}", "on_interrupt");
    refuses("{\"engine\": \"shell\", \"callbacks\": [{\"secret\": \"x\"}]}", "callbacks[0].url");
  }
}
