package io.holdfast.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SentinelTest {
  private final UUID job = UUID.randomUUID();
  private final UUID session = UUID.randomUUID();
  private final Sentinel sentinel =
      new Sentinel(
          job,
          2,
          session,
          "shell",
          new ProcessIdentity(1, 2, "boot"),
          "host",
          Instant.EPOCH,
          Instant.EPOCH);

  @Test
  void aSentinelBelongsToOneAttemptOnly() {
    assertThat(sentinel.belongsTo(handle(job, 2, session))).isTrue();
    assertThat(sentinel.belongsTo(handle(job, 3, session))).isFalse();
    assertThat(sentinel.belongsTo(handle(UUID.randomUUID(), 2, session))).isFalse();
    assertThat(sentinel.belongsTo(handle(job, 2, UUID.randomUUID()))).isFalse();
  }

  @Test
  void attemptsCountFromOne() {
    assertThatThrownBy(() -> new AttemptKey(job, 0)).hasMessageContaining(job.toString());
  }

  @Test
  void aLaunchWithoutACommandIsRefused() {
    assertThatThrownBy(() -> new LaunchSpec(List.of(), null, Map.of(), Path.of("/"), "shell"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Handle handle(UUID job, int attempt, UUID session) {
    return new Handle(new AttemptKey(job, attempt), session, UUID.randomUUID(), "boot");
  }
}
