package io.holdfast.cli.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * One process of this machine, and never another one that got its number later: a pid together with
 * the kernel's start time of the process and the boot it belongs to. A zombie is not alive.
 *
 * @param startTicks field 22 of {@code /proc/<pid>/stat}
 */
public record LocalProcess(long pid, long startTicks, String bootId) {

  private static final long POLL_MILLIS = 20;

  /** The process that has this pid now, if there is one. */
  public static Optional<LocalProcess> of(long pid) {
    String[] stat = stat(pid);
    return stat.length == 0
        ? Optional.empty()
        : Optional.of(new LocalProcess(pid, Long.parseLong(stat[19]), currentBoot()));
  }

  /** The process written to {@code file}, whether alive or not. */
  public static Optional<LocalProcess> read(Path file) throws IOException {
    try {
      String[] parts = Files.readString(file).strip().split(" ", -1);
      return parts.length == 3
          ? Optional.of(
              new LocalProcess(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]))
          : Optional.empty();
    } catch (NoSuchFileException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  public void write(Path file) throws IOException {
    StateFiles.replace(file, pid + " " + startTicks + " " + bootId + "\n");
  }

  public boolean isAlive() {
    String[] stat = stat(pid);
    return stat.length > 0
        && Long.parseLong(stat[19]) == startTicks
        && !stat[0].equals("Z")
        && !stat[0].equals("X")
        && currentBoot().equals(bootId);
  }

  /** SIGKILL to this process alone, no group; returns when it is gone. */
  public void kill() throws InterruptedException {
    signal("KILL");
    awaitEnd(Duration.ofSeconds(30));
  }

  /** Sends a signal to this process alone, if it still is the same. */
  public void signal(String name) throws InterruptedException {
    if (!isAlive()) {
      return;
    }
    try {
      new ProcessBuilder("sh", "-c", "kill -\"$1\" \"$2\"", "sh", name, Long.toString(pid))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new IllegalStateException("cannot send SIG" + name + " to " + pid, e);
    }
  }

  /** True as soon as it has ended, false if it has not in that time. */
  public boolean awaitEnd(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (isAlive()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return true;
  }

  /** The fields of the stat file from the state on; empty if there is no such process. */
  private static String[] stat(long pid) {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "stat"));
      String stat = new String(bytes, StandardCharsets.ISO_8859_1);
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    } catch (IOException gone) {
      return new String[0];
    }
  }

  private static String currentBoot() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }
}
