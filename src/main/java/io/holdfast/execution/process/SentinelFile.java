package io.holdfast.execution.process;

import io.holdfast.execution.Handle;
import io.holdfast.execution.Sentinel;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an attempt's heartbeat. A corrupt sentinel is set aside and reported until the runner's
 * next beat has written a good one; nothing else suffers from it.
 */
record SentinelFile(InstantSource clock) {
  private static final DateTimeFormatter SUFFIX =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

  /**
   * The last heartbeat: what the file says, or its own time if that is later, since on a full disk
   * a runner can only touch it. Null if there is none.
   *
   * @param corrupt takes what could not be read
   */
  @Nullable Instant heartbeat(
      AttemptFiles attempt, Handle handle, boolean ended, List<String> corrupt) {
    Path file = attempt.sentinel();
    try {
      Instant touched = Files.getLastModifiedTime(file).toInstant();
      byte[] content = Files.readAllBytes(file);
      if (content.length == 0) {
        return null; // its creation was interrupted
      }
      Sentinel sentinel = RecordFormat.sentinel(content);
      if (!sentinel.belongsTo(handle)) {
        throw new IOException("it is another attempt's");
      }
      Instant beat = sentinel.lastHeartbeat();
      return beat.isAfter(touched) ? beat : touched;
    } catch (NoSuchFileException e) {
      if (!ended) {
        reportEarlier(attempt, corrupt);
      }
    } catch (IOException e) {
      corrupt.add(".sentinel.json: " + RecordFormat.reason(e));
      setAside(file, corrupt);
    }
    return null;
  }

  private void setAside(Path file, List<String> corrupt) {
    Path aside =
        file.resolveSibling(file.getFileName() + ".corrupted." + SUFFIX.format(clock.instant()));
    try {
      Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      corrupt.add(".sentinel.json: cannot be set aside: " + e.getMessage());
    }
  }

  private static void reportEarlier(AttemptFiles attempt, List<String> corrupt) {
    try (DirectoryStream<Path> aside =
        Files.newDirectoryStream(attempt.directory(), ".sentinel.json.corrupted.*")) {
      aside.forEach(file -> corrupt.add(".sentinel.json: set aside as " + file.getFileName()));
    } catch (IOException e) {
      // Nothing was prepared here.
    }
  }
}
