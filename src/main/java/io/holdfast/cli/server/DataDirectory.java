package io.holdfast.cli.server;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * PostgreSQL's data directory between two servers. A killed postmaster leaves {@code
 * postmaster.pid}; PostgreSQL itself clears it up unless its pid belongs to another process now.
 * Deleting it is safe only when no process of a server works in the directory: every one has it as
 * its working directory, and the kernel tells.
 *
 * @param path the data directory
 */
record DataDirectory(Path path) {

  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 50;

  /**
   * Waits for the processes of a killed server to notice it, kills those that do not, and sees to
   * it that a stale {@code postmaster.pid} does not keep the next server from starting.
   */
  void awaitUnused() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + GRACE.toNanos();
    List<LocalProcess> users = users();
    while (!users.isEmpty()) {
      if (System.nanoTime() > deadline) {
        for (LocalProcess user : users) {
          user.kill();
        }
      }
      Thread.sleep(POLL_MILLIS);
      users = users();
    }
    removePidFileOfReusedPid();
  }

  /**
   * One whose pid nobody has is left to PostgreSQL, which frees the dead server's memory with it.
   */
  private void removePidFileOfReusedPid() throws IOException {
    Path file = path.resolve("postmaster.pid");
    try (Stream<String> lines = Files.lines(file)) {
      long pid = Math.abs(Long.parseLong(lines.findFirst().orElse("").strip()));
      if (LocalProcess.of(pid).isEmpty()) {
        return;
      }
    } catch (NoSuchFileException e) {
      return;
    } catch (NumberFormatException e) {
      // Torn by a crash: of no use to anybody.
    }
    Files.deleteIfExists(file);
  }

  private List<LocalProcess> users() throws IOException {
    Path real = path.toRealPath();
    List<LocalProcess> users = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (worksIn(process, real)) {
          LocalProcess.of(Long.parseLong(process.getFileName().toString()))
              .filter(LocalProcess::isAlive)
              .ifPresent(users::add);
        }
      }
    }
    return users;
  }

  private static boolean worksIn(Path process, Path directory) {
    try {
      return Files.readSymbolicLink(process.resolve("cwd")).equals(directory)
          && Files.readSymbolicLink(process.resolve("exe")).toString().contains("/postgres");
    } catch (IOException goneOrForeign) {
      return false;
    }
  }
}
