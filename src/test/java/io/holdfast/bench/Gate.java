package io.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Holds jobs that wait at it, without a tick of work, until it is closed or this program is gone.
 */
final class Gate implements AutoCloseable {

  private final Path file;
  private final Process holder;

  Gate(Path file) throws IOException {
    this.file = Files.createFile(file);
    // The end of our pipe ends the holder, and with it the lock: also when we are killed.
    this.holder =
        new ProcessBuilder("flock", "-x", file.toString(), "sh", "-c", "echo; read -r end").start();
    if (holder.getInputStream().read() < 0) {
      throw new IOException("no lock on " + file);
    }
  }

  /** The command of a job that waits here. */
  List<String> command() {
    return List.of("flock", "-s", "-F", file.toString(), "true");
  }

  @Override
  public void close() throws IOException {
    holder.getOutputStream().close();
  }
}
