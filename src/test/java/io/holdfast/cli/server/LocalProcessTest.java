package io.holdfast.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalProcessTest {

  @TempDir Path directory;

  @Test
  void aProcessIsFoundAgainByItsFileUntilItIsKilled() throws Exception {
    Process child = new ProcessBuilder("sleep", "60").start();
    Path file = directory.resolve("pid");
    LocalProcess.of(child.pid()).orElseThrow().write(file);

    LocalProcess found = LocalProcess.read(file).orElseThrow();
    assertThat(found.isAlive()).isTrue();
    found.kill();

    assertThat(found.isAlive()).isFalse();
    assertThat(child.waitFor()).isEqualTo(128 + 9);
  }

  @Test
  void aPidThatBelongsToAnotherProcessNowIsNeitherAliveNorKilled() throws Exception {
    Process child = new ProcessBuilder("sleep", "60").start();
    LocalProcess now = LocalProcess.of(child.pid()).orElseThrow();
    LocalProcess earlier = new LocalProcess(now.pid(), now.startTicks() - 1, now.bootId());
    LocalProcess otherBoot = new LocalProcess(now.pid(), now.startTicks(), "another boot");

    earlier.kill();
    otherBoot.kill();

    assertThat(earlier.isAlive()).isFalse();
    assertThat(otherBoot.isAlive()).isFalse();
    assertThat(now.isAlive()).isTrue();
    now.kill();
  }

  @Test
  void aProcessThatGoesOnIsNotWaitedForForever() throws Exception {
    Process child = new ProcessBuilder("sleep", "60").start();
    LocalProcess process = LocalProcess.of(child.pid()).orElseThrow();

    assertThat(process.awaitEnd(Duration.ofMillis(50))).isFalse();
    process.signal("TERM");
    assertThat(process.awaitEnd(Duration.ofSeconds(20))).isTrue();
  }

  @Test
  void aMissingOrTornFileIsNoProcess() throws Exception {
    assertThat(LocalProcess.read(directory.resolve("none"))).isEmpty();
    assertThat(LocalProcess.read(Files.writeString(directory.resolve("torn"), "12"))).isEmpty();
  }
}
