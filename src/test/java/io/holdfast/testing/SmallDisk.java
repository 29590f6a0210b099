package io.holdfast.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A small file system in memory, 64 KiB unless told, to be filled up or made read-only. Needs root.
 */
public final class SmallDisk implements AutoCloseable {

  private final Path root;

  private SmallDisk(Path root) {
    this.root = root;
  }

  /** Skips the test, and says so, where file systems cannot be mounted. */
  public static SmallDisk mount(Path parent) throws IOException {
    return mount(parent, "64k");
  }

  /** The same with a size as mount takes it. */
  public static SmallDisk mount(Path parent, String size) throws IOException {
    Path root = Files.createDirectory(parent.resolve("small-disk"));
    String trouble = run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", root.toString());
    if (!trouble.isEmpty()) {
      System.out.println("SKIPPED: a test needs to mount a small tmpfs: " + trouble);
    }
    assumeTrue(trouble.isEmpty(), "a small tmpfs can be mounted");
    return new SmallDisk(root);
  }

  public Path root() {
    return root;
  }

  /** Leaves no byte free. */
  public void fill() throws IOException {
    try (var out = Files.newOutputStream(root.resolve("filler"))) {
      byte[] page = new byte[512];
      while (true) {
        out.write(page);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  public void makeRoom() throws IOException {
    Files.delete(root.resolve("filler"));
  }

  public void makeReadOnly() throws IOException {
    String trouble = run("mount", "-o", "remount,ro", root.toString());
    if (!trouble.isEmpty()) {
      throw new IOException(trouble);
    }
  }

  @Override
  public void close() throws IOException {
    run("umount", "-l", root.toString());
  }

  /** What the command complains of; empty if it succeeded. */
  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return process.waitFor() == 0 ? "" : said.isBlank() ? "failed" : said.strip();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(String.join(" ", command));
    }
  }
}
