package io.holdfast.execution.process;

import io.holdfast.execution.KernelProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads {@code /proc}. A process can end while it is read: then it is not there.
 *
 * @param root {@code /proc}, elsewhere in a test
 */
record ProcFs(Path root) {

  String bootId() {
    return line(root.resolve("sys/kernel/random/boot_id"));
  }

  /** This process's umask, octal. */
  String umask() {
    return field(root.resolve("self/status"), "Umask:").orElse("0022");
  }

  /** Our effective user. */
  long uid() {
    try {
      return owner(root.resolve("self").toRealPath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Optional<KernelProcess> process(long pid) {
    Path directory = root.resolve(Long.toString(pid));
    try {
      String stat = Files.readString(directory.resolve("stat"), StandardCharsets.ISO_8859_1);
      return KernelProcess.parse(stat, owner(directory));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Every process that was there from the beginning of this call to its end. */
  List<KernelProcess> processes() {
    List<KernelProcess> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, "[0-9]*")) {
      for (Path entry : entries) {
        process(Long.parseLong(entry.getFileName().toString())).ifPresent(found::add);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /** Whether {@code pid} was started with the token of a launch in its environment. */
  boolean carries(long pid, UUID token) {
    try {
      Path file = root.resolve(Long.toString(pid)).resolve("environ");
      String environment = Files.readString(file, StandardCharsets.ISO_8859_1);
      return ("\0" + environment + "\0").contains("\0HOLDFAST_COOKIE=" + token + "\0");
    } catch (IOException e) {
      return false;
    }
  }

  /** High-water mark of the resident memory, 0 if it cannot be read. */
  long peakMemoryBytes(long pid) {
    return field(root.resolve(Long.toString(pid)).resolve("status"), "VmHWM:")
        .map(value -> Long.parseLong(value.replace("kB", "").trim()) * 1024)
        .orElse(0L);
  }

  private static long owner(Path directory) throws IOException {
    return ((Number) Files.getAttribute(directory, "unix:uid")).longValue();
  }

  private static String line(Path file) {
    try {
      return Files.readString(file).trim();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> field(Path file, String name) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1)
          .lines()
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(name.length()).trim())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
