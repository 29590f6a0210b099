package io.holdfast.recovery;

import io.holdfast.platform.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Removes the temp files that interrupted writers left (spec, Story 0), wherever this server writes
 * files.
 */
public final class TemporaryFilesRecovery implements RecoveryPhase {

  /**
   * {@code <home>/jobs/<job>/attempts/<n>} is the deepest place that the server itself writes to.
   */
  private static final int DEPTH = 4;

  private static final int MAX_ERRORS = 20;

  private final Path home;
  private final DurableFiles files;
  private final InstantSource clock;

  public TemporaryFilesRecovery(Path home, DurableFiles files, InstantSource clock) {
    this.home = home;
    this.files = files;
    this.clock = clock;
  }

  @Override
  public String component() {
    return "TemporaryFilesRecovery";
  }

  @Override
  public String operation() {
    return "remove_temporary_files";
  }

  @Override
  public Set<String> dependsOn() {
    return Set.of();
  }

  @Override
  public boolean critical() {
    return false;
  }

  /** It walks over all jobs that there ever were, and no work depends on it. */
  @Override
  public boolean beforeReady() {
    return false;
  }

  @Override
  public PhaseReport run() {
    try {
      files.createDirectories(home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Sweep sweep = new Sweep();
    sweep.in(home, DEPTH);
    return new PhaseReport(
        Map.of("removed", sweep.removed, "unreadable", sweep.unreadable), sweep.errors);
  }

  /** Never into a workspace or a clone: what is there is not ours. */
  private final class Sweep {
    private final List<ResourceError> errors = new ArrayList<>();
    private long removed;
    private long unreadable;

    void in(Path directory, int depth) {
      if (Thread.currentThread().isInterrupted()) {
        return; // the server stops; the next start sweeps again
      }
      try {
        removed += files.sweepTemporaryFiles(directory, clock.instant());
        if (depth > 0) {
          below(directory, depth);
        }
      } catch (NoSuchFileException e) {
        // Its job was deleted while we looked.
      } catch (IOException | DirectoryIteratorException e) {
        unreadable(directory, e);
      }
    }

    private void below(Path directory, int depth) throws IOException {
      try (DirectoryStream<Path> entries =
          Files.newDirectoryStream(directory, TemporaryFilesRecovery::isOurs)) {
        for (Path entry : entries) {
          in(entry, depth - 1);
        }
      }
    }

    private void unreadable(Path directory, Exception reason) {
      unreadable++;
      if (errors.size() < MAX_ERRORS) {
        errors.add(
            new ResourceError(
                "directory:" + home.relativize(directory), reason.toString(), "left as it is"));
      }
    }
  }

  private static boolean isOurs(Path entry) {
    String name = entry.getFileName().toString();
    return Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
        && !name.equals("workspace")
        && !name.equals("repositories")
        && !name.equals("staging")
        && !name.startsWith(".");
  }
}
