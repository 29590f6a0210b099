package io.holdfast.execution.process;

import io.holdfast.execution.Handle;
import io.holdfast.execution.LaunchSpec;
import io.holdfast.platform.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Puts on disk what a launch needs. When it returns, all of it is durable; when it fails, nothing
 * can start.
 *
 * @param locale the server's LC_ALL
 */
record Preparation(DurableFiles files, Tools tools, @Nullable String locale) {

  void write(AttemptFiles attempt, Handle handle, LaunchSpec spec) throws IOException {
    byte[] launch = LaunchScript.of(spec, tools.setsid(), locale);
    files.createDirectories(attempt.directory());
    if (Files.exists(attempt.claim())) {
      return; // handed over before, or revoked: what it started from must not change
    }
    if (!isWhole(attempt.exit())) {
      renew(attempt.exit(), RecordFormat.blankExitRecord());
    }
    if (spec.prompt() == null) {
      Files.deleteIfExists(attempt.prompt());
    } else {
      renew(attempt.prompt(), spec.prompt().getBytes(StandardCharsets.UTF_8));
    }
    renew(attempt.launch(), launch);
    createLock(attempt.lock());
    // Last: an attempt with a spec is a whole one.
    renew(attempt.spec(), RecordFormat.spec(handle, spec));
    files.syncDirectory(attempt.directory());
  }

  /** No rename is needed: nobody reads before the submit, and an interrupted call is repeated. */
  private void renew(Path file, byte[] content) throws IOException {
    Files.deleteIfExists(file);
    files.write(file, content);
  }

  private static void createLock(Path lock) throws IOException {
    try {
      Files.createFile(lock, AttemptFiles.PRIVATE);
    } catch (FileAlreadyExistsException e) {
      // A late runner of an interrupted submit may hold it: the same file must stay.
    }
  }

  private static boolean isWhole(Path exit) throws IOException {
    return Files.exists(exit) && Files.size(exit) == RecordFormat.EXIT_RECORD_SIZE;
  }
}
