package io.holdfast.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.platform.DurableFiles;
import io.holdfast.testing.TestClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFilesRecoveryTest {

  private static RecoveryPhase phase(Path home) {
    return new TemporaryFilesRecovery(home, new DurableFiles(), new TestClock());
  }

  private static Path old(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path file = Files.writeString(directory.resolve(".hf-tmp-x"), "x");
    return Files.setLastModifiedTime(
        file, FileTime.from(TestClock.START.minus(Duration.ofMinutes(11))));
  }

  @Test
  void leftOversGoWhereverTheServerWrites(@TempDir Path home) throws IOException {
    Path inHome = old(home);
    Path inJob = old(home.resolve("jobs/1"));
    Path inAttempt = old(home.resolve("jobs/1/attempts/2"));
    Path inArchive = old(home.resolve("archive"));

    assertThat(phase(home).run())
        .isEqualTo(PhaseReport.of(Map.of("removed", 4L, "unreadable", 0L)));

    assertThat(inHome).doesNotExist();
    assertThat(inJob).doesNotExist();
    assertThat(inAttempt).doesNotExist();
    assertThat(inArchive).doesNotExist();
    assertThat(phase(home).run())
        .isEqualTo(PhaseReport.of(Map.of("removed", 0L, "unreadable", 0L)));
  }

  @Test
  void whatIsNotOursIsLeft(@TempDir Path home, @TempDir Path outside) throws IOException {
    Path inWorkspace = old(home.resolve("jobs/1/workspace"));
    Path inClone = old(home.resolve("repositories/alpha"));
    Path beyondALink = old(outside);
    Files.createSymbolicLink(home.resolve("jobs/link"), outside);

    assertThat(phase(home).run())
        .isEqualTo(PhaseReport.of(Map.of("removed", 0L, "unreadable", 0L)));

    assertThat(inWorkspace).exists();
    assertThat(inClone).exists();
    assertThat(beyondALink).exists();
  }

  @Test
  void aDirectoryThatCannotBeReadIsAnErrorAndTheRestIsSwept(@TempDir Path home) throws IOException {
    Path denied = home.resolve("jobs/1");
    Path gone = home.resolve("jobs/2");
    old(denied);
    old(gone);
    Path inOther = old(home.resolve("jobs/3"));
    DurableFiles files =
        new DurableFiles() {
          @Override
          public int sweepTemporaryFiles(Path directory, Instant now) throws IOException {
            if (directory.equals(denied)) {
              throw new AccessDeniedException(directory.toString());
            }
            if (directory.equals(gone)) {
              throw new NoSuchFileException(directory.toString());
            }
            return super.sweepTemporaryFiles(directory, now);
          }
        };

    PhaseReport report = new TemporaryFilesRecovery(home, files, new TestClock()).run();

    assertThat(report.counts()).isEqualTo(Map.of("removed", 1L, "unreadable", 1L));
    assertThat(report.errors())
        .extracting(ResourceError::resource)
        .containsExactly("directory:jobs/1");
    assertThat(inOther).doesNotExist();
  }

  @Test
  void noStartWaitsForIt(@TempDir Path home) {
    assertThat(phase(home).beforeReady()).isFalse();
  }

  @Test
  void aHomeThatIsNotThereIsMade(@TempDir Path parent) {
    phase(parent.resolve("a/home")).run();

    assertThat(parent.resolve("a/home")).isDirectory();
  }

  @Test
  void aHomeThatCannotBeMadeIsAFailureNotACrash(@TempDir Path parent) throws IOException {
    Path file = Files.writeString(parent.resolve("home"), "a file");

    assertThatThrownBy(() -> phase(file).run()).isInstanceOf(UncheckedIOException.class);
    assertThat(phase(parent).critical()).isFalse();
  }
}
