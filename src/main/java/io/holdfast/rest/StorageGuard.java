package io.holdfast.rest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Takes no new work when the home directory's disk is full: it could not even be prepared. */
public final class StorageGuard {

  /** What a launch needs for its own files, with a margin. */
  private static final long NEEDED = 1024 * 1024;

  private final Path home;

  public StorageGuard(Path home) {
    this.home = home;
  }

  void requireSpace() {
    try {
      if (Files.getFileStore(home).getUsableSpace() < NEEDED) {
        throw new ProblemException(
            Problem.Kind.INSUFFICIENT_STORAGE,
            "less than 1 MiB is free in the server's home directory");
      }
    } catch (IOException e) {
      throw new ProblemException(
          Problem.Kind.INSUFFICIENT_STORAGE,
          "the server's home directory cannot be used: " + e.getMessage());
    }
  }
}
