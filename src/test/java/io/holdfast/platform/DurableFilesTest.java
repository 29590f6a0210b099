package io.holdfast.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.testing.SmallDisk;
import io.holdfast.testing.Together;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Story 0 of the specification, sentence by sentence. */
class DurableFilesTest {

  private static final byte[] OLD = "the old content".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NEW = "the new content, longer".getBytes(StandardCharsets.UTF_8);
  private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

  private final DurableFiles files = new DurableFiles();

  /** Where the machine stops, in the order of the steps. */
  enum PowerCut {
    BEFORE_THE_TEMP_FILE(false),
    IN_THE_MIDDLE_OF_THE_DATA(false),
    BEFORE_THE_RENAME(false),
    BEFORE_THE_SYNC_OF_THE_DIRECTORY(true),
    AFTER_EVERYTHING(true);

    private final boolean newIsThere;

    PowerCut(boolean newIsThere) {
      this.newIsThere = newIsThere;
    }
  }

  /** Nobody handles it: like the end of the process. */
  private static final class Stopped extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static final class StoppingFiles extends DurableFiles {
    private final PowerCut point;

    StoppingFiles(PowerCut point) {
      this.point = point;
    }

    private void stopAt(PowerCut here) {
      if (here == point) {
        throw new Stopped();
      }
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
      stopAt(PowerCut.BEFORE_THE_TEMP_FILE);
      if (point == PowerCut.IN_THE_MIDDLE_OF_THE_DATA) {
        super.write(file, Arrays.copyOf(content, content.length / 2));
        throw new Stopped();
      }
      super.write(file, content);
    }

    @Override
    protected void rename(Path from, Path to) throws IOException {
      stopAt(PowerCut.BEFORE_THE_RENAME);
      super.rename(from, to);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
      stopAt(PowerCut.BEFORE_THE_SYNC_OF_THE_DIRECTORY);
      super.syncDirectory(directory);
      stopAt(PowerCut.AFTER_EVERYTHING);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCrashLeavesTheCompleteOldFileOrTheCompleteNewOne(PowerCut point, @TempDir Path directory)
      throws IOException {
    Path target = directory.resolve("file");
    files.replace(target, OLD);

    assertThatThrownBy(() -> new StoppingFiles(point).replace(target, NEW))
        .isInstanceOf(Stopped.class);

    assertThat(target).hasBinaryContent(point.newIsThere ? NEW : OLD);
    assertThat(temporaryFiles(directory)).hasSizeLessThanOrEqualTo(1);
    files.sweepTemporaryFiles(directory, Instant.now().plus(Duration.ofMinutes(11)));
    assertThat(directory).isDirectoryContaining(path -> path.equals(target));
    assertThat(temporaryFiles(directory)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aCrashWhileAFileIsMadeLeavesNoneOrAWholeOne(PowerCut point, @TempDir Path directory) {
    Path target = directory.resolve("file");

    assertThatThrownBy(() -> new StoppingFiles(point).replace(target, NEW))
        .isInstanceOf(Stopped.class);

    if (point.newIsThere) {
      assertThat(target).hasBinaryContent(NEW);
    } else {
      assertThat(target).doesNotExist();
    }
  }

  @Test
  void theStepsAreTempFileThenRenameThenSyncOfTheDirectory(@TempDir Path directory)
      throws IOException {
    Path target = directory.resolve("file");
    List<String> steps = new ArrayList<>();
    DurableFiles recording =
        new DurableFiles() {
          @Override
          public void write(Path file, byte[] content) throws IOException {
            assertThat(file.getParent()).isEqualTo(directory);
            assertThat(file).isNotEqualTo(target);
            steps.add("write");
            super.write(file, content);
          }

          @Override
          protected void rename(Path from, Path to) throws IOException {
            assertThat(from).hasBinaryContent(NEW);
            assertThat(to).isEqualTo(target);
            steps.add("rename");
            super.rename(from, to);
          }

          @Override
          public void syncDirectory(Path synced) throws IOException {
            assertThat(synced).isEqualTo(directory);
            steps.add("sync");
            super.syncDirectory(synced);
          }
        };

    recording.replace(target, NEW);

    assertThat(steps).containsExactly("write", "rename", "sync");
  }

  @Test
  void onAFullDiskTheTargetStaysTheTempFileGoesAndTheCallerGetsTheError(@TempDir Path directory)
      throws Exception {
    try (SmallDisk disk = SmallDisk.mount(directory)) {
      Path target = disk.root().resolve("file");
      files.replace(target, OLD);
      disk.fill();

      assertThatThrownBy(() -> files.replace(target, new byte[8192]))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("No space left");

      assertThat(target).hasBinaryContent(OLD);
      assertThat(temporaryFiles(disk.root())).isEmpty();

      disk.makeRoom();
      files.replace(target, NEW);
      assertThat(target).hasBinaryContent(NEW);
    }
  }

  @Test
  void withoutPermissionTheTargetStaysAndTheCallerGetsTheError(@TempDir Path directory)
      throws Exception {
    try (SmallDisk disk = SmallDisk.mount(directory)) {
      Path target = disk.root().resolve("file");
      files.replace(target, OLD);
      disk.makeReadOnly();

      assertThatThrownBy(() -> files.replace(target, NEW)).isInstanceOf(IOException.class);

      assertThat(target).hasBinaryContent(OLD);
      assertThat(temporaryFiles(disk.root())).isEmpty();
    }
  }

  @Test
  void aTargetThatCannotBeReplacedStaysAndTheTempFileGoes(@TempDir Path directory)
      throws IOException {
    Path target = directory.resolve("file");
    Files.createDirectories(target.resolve("with-content"));

    assertThatThrownBy(() -> files.replace(target, NEW)).isInstanceOf(IOException.class);

    assertThat(target.resolve("with-content")).isDirectory();
    assertThat(temporaryFiles(directory)).isEmpty();
  }

  @Test
  void theFirstErrorIsTheOneThatIsThrown(@TempDir Path directory) {
    DurableFiles failing =
        new DurableFiles() {
          @Override
          protected void rename(Path from, Path to) throws IOException {
            Files.delete(from);
            Files.createDirectories(from.resolve("cannot be deleted"));
            throw new IOException("first");
          }
        };

    IOException thrown =
        catchThrowableOfType(
            IOException.class, () -> failing.replace(directory.resolve("file"), NEW));

    assertThat(thrown).hasMessage("first");
    assertThat(thrown.getSuppressed()).hasSize(1);
  }

  @Test
  void aDirectoryThatDoesNotExistIsAnError(@TempDir Path directory) {
    assertThatThrownBy(() -> files.replace(directory.resolve("none/file"), NEW))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aHundredWritersOfOnePathLeaveOneOfTheHundredContentsWhole(@TempDir Path directory)
      throws Exception {
    Path target = directory.resolve("file");
    List<byte[]> contents = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      byte[] content = new byte[20_000];
      Arrays.fill(content, (byte) i);
      contents.add(content);
    }
    files.replace(target, contents.get(0));
    AtomicInteger writing = new AtomicInteger(100);
    List<Callable<Integer>> works = new ArrayList<>();
    for (byte[] content : contents) {
      works.add(
          () -> {
            files.replace(target, content);
            return writing.decrementAndGet();
          });
    }
    works.add(
        () -> {
          int reads = 0;
          do {
            assertThat(contents).contains(Files.readAllBytes(target));
            reads++;
          } while (writing.get() > 0);
          return reads;
        });

    Together.run(works);

    assertThat(contents).contains(Files.readAllBytes(target));
    assertThat(temporaryFiles(directory)).isEmpty();
  }

  @Test
  void filesAreForTheirOwnerOnly(@TempDir Path directory) throws IOException {
    files.createDirectories(directory.resolve("a/b"));
    Path target = directory.resolve("a/b/file");
    files.replace(target, NEW);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("a"))))
        .isEqualTo("rwx------");
  }

  @Test
  void directoriesThatAreThereAreLeftAlone(@TempDir Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));

    files.createDirectories(directory);
    files.createDirectories(directory.resolve("new"));
    files.createDirectories(directory.resolve("new"));

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void aFileInTheWayOfADirectoryIsAnError(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("file"), "x");

    assertThatThrownBy(() -> files.createDirectories(directory.resolve("file")))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> files.createDirectories(directory.resolve("file/below")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void tempFilesOlderThanTenMinutesGoAndYoungerOnesStay(@TempDir Path directory)
      throws IOException {
    Path old = aged(directory, ".hf-tmp-old", Duration.ofMinutes(10).plusMillis(1));
    Path boundary = aged(directory, ".hf-tmp-boundary", Duration.ofMinutes(10));
    Path young = aged(directory, ".hf-tmp-young", Duration.ofMinutes(9));
    Path ahead = aged(directory, ".hf-tmp-ahead", Duration.ofMinutes(-1));
    Path other = aged(directory, "other", Duration.ofDays(1));

    assertThat(files.sweepTemporaryFiles(directory, NOW)).isEqualTo(1);

    assertThat(old).doesNotExist();
    assertThat(List.of(boundary, young, ahead, other))
        .allSatisfy(path -> assertThat(path).exists());
    assertThat(files.sweepTemporaryFiles(directory, NOW)).isZero();
  }

  @Test
  void whatIsNoFileIsNotSwept(@TempDir Path directory) throws IOException {
    Path victim = aged(directory, "victim", Duration.ofDays(1));
    Path link = Files.createSymbolicLink(directory.resolve(".hf-tmp-link"), victim);
    Path tree = Files.createDirectories(directory.resolve(".hf-tmp-tree/below"));
    Path old = aged(directory, ".hf-tmp-old", Duration.ofDays(1));

    assertThat(files.sweepTemporaryFiles(directory, Instant.now().plus(Duration.ofDays(1))))
        .isEqualTo(1);

    assertThat(old).doesNotExist();
    assertThat(link).isSymbolicLink();
    assertThat(victim).exists();
    assertThat(tree).isDirectory();
  }

  private static Path aged(Path directory, String name, Duration age) throws IOException {
    Path file = Files.writeString(directory.resolve(name), "x");
    return Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
  }

  private static List<Path> temporaryFiles(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.filter(path -> path.getFileName().toString().startsWith(".hf-tmp-")).toList();
    }
  }
}
