package io.holdfast.execution.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.execution.AttemptKey;
import io.holdfast.execution.Claim;
import io.holdfast.execution.Handle;
import io.holdfast.execution.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFormatTest {
  private static final UUID ID = UUID.fromString("00000000-0000-0000-0000-000000000001");

  @Test
  void aClaimNamesItsRunner() {
    String json = "{\"token\":\"" + ID + "\",\"pid\":7,\"start_ticks\":8,\"boot_id\":\"b\"}\n";

    assertThat(RecordFormat.claim(bytes(json)))
        .isEqualTo(new Claim.By(new ProcessIdentity(7, 8, "b"), ID));
  }

  @Test
  void aRevocationIsReadAsOne() {
    Handle handle = new Handle(new AttemptKey(ID, 1), ID, ID, "b");

    assertThat(RecordFormat.claim(RecordFormat.revocation(handle))).isEqualTo(new Claim.Revoked());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[]",
        "null",
        "{}",
        "{\"token\":\"x\",\"pid\":7,\"start_ticks\":8,\"boot_id\":\"b\"}",
        "{\"token\":\"00000000-0000-0000-0000-000000000001\",\"pid\":\"7\"}",
        "{\"revoked\":true} trailing"
      })
  void aClaimThatIsNotWholeIsUnreadable(String json) {
    assertThat(RecordFormat.claim(bytes(json))).isInstanceOf(Claim.Unreadable.class);
  }

  @Test
  void anExitRecordIsOneSectorAndBlankUntilTheEnd() {
    byte[] blank = RecordFormat.blankExitRecord();

    assertThat(blank).hasSize(RecordFormat.EXIT_RECORD_SIZE);
    assertThat(RecordFormat.isBlank(blank)).isTrue();
    assertThat(RecordFormat.isBlank(new byte[512])).as("zeros after a power loss").isTrue();
  }

  @Test
  void anExitRecordWithoutCpuTimeStillCounts() throws IOException {
    String json = "{\"token\":\"" + ID + "\",\"exit_code\":3}";

    assertThat(RecordFormat.exit(bytes(json), Instant.EPOCH).code()).isEqualTo(3);
    assertThat(RecordFormat.exit(bytes(json), Instant.EPOCH).cpuSeconds()).isEmpty();
    assertThatThrownBy(() -> RecordFormat.exit(bytes("{\"token\":\"" + ID + "\"}"), Instant.EPOCH))
        .isInstanceOf(IOException.class)
        .hasMessage("no exit_code");
  }

  @Test
  void theSentinelsHeadIsEscaped() {
    Handle handle = new Handle(new AttemptKey(ID, 1), ID, ID, "b");

    assertThat(RecordFormat.sentinelHead(handle, "a\"b%s\n", "h"))
        .endsWith("\"engine\":\"a\\\"b%s\\n\",\"host\":\"h\"");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
