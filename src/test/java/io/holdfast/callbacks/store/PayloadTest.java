package io.holdfast.callbacks.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.callbacks.EventType;
import io.holdfast.callbacks.JobChange;
import java.time.Instant;
import java.util.Collections;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PayloadTest {

  private static String of(String title, String reason) {
    return Payload.of(
        new JobChange(
            UUID.randomUUID(),
            EventType.JOB_FAILED,
            Instant.parse("2026-11-24T08:00:00.123456Z"),
            "FAILED",
            1_000_000,
            "o".repeat(100),
            title,
            Collections.nCopies(20, "r".repeat(64)),
            -1,
            reason),
        "https://a-rather-long-name-of-a-server.example.org:8443/with/a/path");
  }

  /** Control characters are the longest in JSON. */
  @Test
  void isUnderTwentyKilobytesWhateverIsInIt() {
    assertThat(of("\u0001".repeat(800), "\u0001".repeat(100_000)).getBytes(UTF_8))
        .hasSizeLessThan(20_000);
    assertThat(of("ä".repeat(400), "語".repeat(100_000)).getBytes(UTF_8)).hasSizeLessThan(20_000);
  }

  @Test
  void aReasonIsNotCutWithinACharacter() {
    String cut = of("t", "x" + "\ud83d\ude00".repeat(2000));
    assertThat(UTF_8.newEncoder().canEncode(cut)).isTrue();
    assertThat(cut).contains("…");
  }
}
