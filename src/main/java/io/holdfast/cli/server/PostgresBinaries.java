package io.holdfast.cli.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked once out of the jar that carries them on the class path. */
final class PostgresBinaries {

  private PostgresBinaries() {}

  /**
   * The directory with {@code bin/postgres} and its like.
   *
   * @param directory where they are, or are put; never half of them
   * @throws StartFailed if there are none for this kind of machine
   */
  static Path unpacked(Path directory) throws IOException {
    if (Files.isExecutable(directory.resolve("bin/postgres"))) {
      return directory;
    }
    Path making = directory.resolveSibling(directory.getFileName() + ".new");
    StateFiles.deleteTree(making);
    try (InputStream archive = open();
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry, making);
      }
    }
    StateFiles.deleteTree(directory);
    Files.move(making, directory, StandardCopyOption.ATOMIC_MOVE);
    return directory;
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path root)
      throws IOException {
    Path target = root.resolve(entry.getName()).normalize();
    if (!target.startsWith(root)) {
      throw new IOException("not within the archive: " + entry.getName());
    }
    if (entry.isDirectory()) {
      StateFiles.directory(target);
      return;
    }
    Path parent = target.getParent();
    if (parent != null) {
      StateFiles.directory(parent);
    }
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.copy(tar, target);
      boolean program = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          target, PosixFilePermissions.fromString(program ? "rwx------" : "rw-------"));
    }
  }

  private static InputStream open() throws IOException {
    String name = "/postgres-linux-" + architecture() + ".txz";
    InputStream archive = PostgresBinaries.class.getResourceAsStream(name);
    if (archive == null) {
      throw new StartFailed(
          "no embedded PostgreSQL for this machine (" + name + "); give one with HOLDFAST_DB_URL");
    }
    return archive;
  }

  private static String architecture() {
    String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return switch (architecture) {
      case "amd64", "x86_64" -> "x86_64";
      case "aarch64" -> "arm_64";
      default -> architecture;
    };
  }
}
