package io.holdfast.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.jobs.JobState;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {

  private static final String ID = "123e4567-e89b-42d3-a456-426614174000";

  private static void refuses(Problem.Kind kind, String detail, ThrowingCallable read) {
    ProblemException thrown = catchThrowableOfType(ProblemException.class, read);
    assertThat(thrown).isNotNull();
    assertThat(thrown.problem().type()).isEqualTo(kind.urn());
    assertThat(thrown.problem().detail()).contains(detail);
  }

  @Test
  void anIdIsReadInEitherCase() {
    assertThat(Parameters.jobId(ID)).isEqualTo(UUID.fromString(ID));
    assertThat(Parameters.jobId("123E4567-E89B-42D3-A456-426614174000"))
        .isEqualTo(UUID.fromString(ID));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1-1-1-1-1",
        "123e4567-e89b-42d3-a456-42661417400",
        "123e4567-e89b-42d3-a456-4266141740000",
        "../../etc/passwd",
        "' OR 1=1 --",
        "\0"
      })
  void aTextThatIsNoIdNamesNoJob(String text) {
    refuses(Problem.Kind.NOT_FOUND, "job", () -> Parameters.jobId(text));
  }

  @Test
  void numbersAreWholeAndInRange() {
    assertThat(Parameters.integer("limit", "1", 1, 500)).isEqualTo(1);
    assertThat(Parameters.integer("limit", "500", 1, 500)).isEqualTo(500);
    assertThat(Parameters.whole("offset", "9223372036854775807", 0, Long.MAX_VALUE))
        .isEqualTo(Long.MAX_VALUE);
    for (String bad :
        new String[] {
          "0", "501", "-1", "", "x", "1.0", "1e2", "4294967297", "9223372036854775808"
        }) {
      refuses(
          Problem.Kind.INVALID_PARAMETER,
          "limit must be a whole number from 1 to 500",
          () -> Parameters.integer("limit", bad, 1, 500));
    }
  }

  @Test
  void aStateIsOneOfTheStates() {
    assertThat(Parameters.oneOf("state", "RUNNING", JobState.class)).isEqualTo(JobState.RUNNING);
    for (String bad : new String[] {"running", "", "RUN", "RUNNING "}) {
      refuses(
          Problem.Kind.INVALID_PARAMETER,
          "state must be one of",
          () -> Parameters.oneOf("state", bad, JobState.class));
    }
  }

  @Test
  void textHoldsNoNul() {
    assertThat(Parameters.text("owner", "me")).isEqualTo("me");
    assertThat(Parameters.text("owner", null)).isNull();
    refuses(Problem.Kind.INVALID_PARAMETER, "owner", () -> Parameters.text("owner", "a\0b"));
  }
}
