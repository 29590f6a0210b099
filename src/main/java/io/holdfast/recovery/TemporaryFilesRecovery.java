package io.holdfast.recovery;

import io.holdfast.platform.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Removes the temp files that interrupted writers left (spec, Story 0), wherever this server writes
 * files.
 */
public final class TemporaryFilesRecovery implements RecoveryPhase {

  /**
   * {@code <home>/jobs/<job>/attempts/<n>} is the deepest place that the server itself writes to.
   */
  private static final int DEPTH = 4;

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

  @Override
  public PhaseReport run() {
    try {
      files.createDirectories(home);
      return PhaseReport.of(Map.of("removed", sweep(home, DEPTH)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Never into a workspace or a clone: what is there is not ours. */
  private long sweep(Path directory, int depth) throws IOException {
    long removed = files.sweepTemporaryFiles(directory, clock.instant());
    if (depth == 0) {
      return removed;
    }
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.filter(TemporaryFilesRecovery::isOurs).toList()) {
        removed += sweep(entry, depth - 1);
      }
    }
    return removed;
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
