package io.holdfast.callbacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassificationTest {

  private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

  private final Classification classification =
      new Classification(
          new RetrySchedule(
              List.of(Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofMinutes(10))));

  private static Answer status(int code, @Nullable String retryAfter) {
    return new Answer.Status(code, retryAfter, "");
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 299})
  void everyYesIsDelivered(int code) {
    assertThat(classification.of(status(code, null), 1, NOW)).isEqualTo(new Verdict.Delivered());
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504, 599})
  void whatMayPassIsTriedAgainBySchedule(int code) {
    long[] delays = {30, 120, 600};
    for (int made = 1; made <= 3; made++) {
      assertThat(classification.of(status(code, null), made, NOW))
          .isEqualTo(new Verdict.Retry(NOW.plusSeconds(delays[made - 1])));
    }
    assertThat(classification.of(status(code, null), 4, NOW)).isInstanceOf(Verdict.Failed.class);
    assertThat(Classification.healthy(status(code, null))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 409, 413, 422, 451})
  void aNoFailsAtOnce(int code) {
    assertThat(classification.of(status(code, "1"), 1, NOW)).isInstanceOf(Verdict.Failed.class);
    assertThat(Classification.healthy(status(code, null))).isTrue();
  }

  @Test
  void goneIsGone() {
    assertThat(classification.of(status(410, null), 1, NOW)).isInstanceOf(Verdict.Gone.class);
  }

  @Test
  void noAnswerIsTriedAgain() {
    assertThat(classification.of(new Answer.None("cut off"), 1, NOW))
        .isEqualTo(new Verdict.Retry(NOW.plusSeconds(30)));
    assertThat(classification.of(new Answer.None("cut off"), 4, NOW))
        .isEqualTo(new Verdict.Failed("cut off, at the last of 4 tries"));
  }

  @Test
  void aForbiddenAddressFailsAtOnceAndOurOwnFaultDoesNotCount() {
    assertThat(classification.of(new Answer.Forbidden("private"), 1, NOW))
        .isEqualTo(new Verdict.Failed("private"));
    assertThat(classification.of(new Answer.NotTried("no memory"), 4, NOW))
        .isEqualTo(new Verdict.Again(NOW.plusSeconds(5)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "300|300",
        "10|30",
        "0|30",
        "30|30",
        "31|31",
        "999999|3600",
        "99999999999999999999|3600",
        "-5|30",
        "soon|30",
        "''|30",
        "Tue, 24 Nov 2026 08:05:00 GMT|300",
        "Tue, 24 Nov 2026 07:00:00 GMT|30",
        "Tue, 24 Nov 2099 07:00:00 GMT|3600",
        "Mon, 24 Nov 2026 08:05:00 GMT|30",
        "Tue, 01 Dec 2026 07:00:00 GMT|3600",
        "2026-11-24T08:05:00Z|30",
      })
  void theLaterOfScheduleAndRetryAfterCountsUpToAnHour(String header, long seconds) {
    assertThat(classification.of(status(503, header), 1, NOW))
        .isEqualTo(new Verdict.Retry(NOW.plusSeconds(seconds)));
  }

  @Test
  void anEmptyScheduleHasOneTry() {
    assertThat(new Classification(new RetrySchedule(List.of())).of(status(500, null), 1, NOW))
        .isInstanceOf(Verdict.Failed.class);
  }
}
