package io.holdfast.repositories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RepositoryTest {

  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  private final Repository cloning =
      Repository.registered(
          new RepositoryName("alpha"), new GitUrl("https://u:secret@h/a"), null, "anna", NOW);

  @Test
  void aFirstCloneThatFailsIsFailedAndThenReady() {
    Repository failed = cloning.failed("no access", false);
    assertThat(failed.state()).isEqualTo(RepositoryState.FAILED);
    assertThat(failed.reason()).isEqualTo("no access");
    assertThat(failed.failed("again", true).reason()).isEqualTo("again");
    Repository ready = failed.ready(NOW.plusSeconds(9));
    assertThat(ready.state()).isEqualTo(RepositoryState.READY);
    assertThat(ready.reason()).isNull();
    assertThat(ready.readyAt()).isEqualTo(NOW.plusSeconds(9));
  }

  @Test
  void aReadyOneStaysReadyWhileItsCloneIsUsable() {
    Repository ready = cloning.ready(NOW);
    assertThat(ready.failed("network", true)).isEqualTo(ready);
    assertThat(ready.ready(NOW.plusSeconds(1))).isEqualTo(ready);
  }

  @Test
  void aReadyOneWithoutACloneIsUnavailableUntilItIsReadyAgain() {
    Repository unavailable = cloning.ready(NOW).failed("gone", false);
    assertThat(unavailable.state()).isEqualTo(RepositoryState.UNAVAILABLE);
    assertThat(unavailable.failed("still gone", true).reason()).isEqualTo("still gone");
    assertThat(unavailable.ready(NOW.plusSeconds(5)).readyAt()).isEqualTo(NOW);
  }

  @Test
  void itsTextHoldsNoCredentials() {
    assertThat(cloning.toString()).doesNotContain("secret");
  }

  @Test
  void badSettingsNameTheirKey() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new RepositorySettings(Path.of("x"), true, second, second))
        .hasMessageContaining("holdfast.home");
    assertThatThrownBy(() -> new RepositorySettings(Path.of("/x"), true, Duration.ZERO, second))
        .hasMessageContaining("holdfast.repositories.clone-timeout");
    assertThatThrownBy(() -> new RepositorySettings(Path.of("/x"), true, second, Duration.ZERO))
        .hasMessageContaining("holdfast.repositories.fetch-timeout");
  }
}
