package io.holdfast.platform;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * Files that are never torn: temp file, data, fsync, atomic rename, fsync of the directory (spec,
 * Story 0).
 *
 * <p>A crash at any point leaves the complete old file or the complete new one, and at most a temp
 * file beside it, which {@link #sweepTemporaryFiles} removes later. The steps are separate methods
 * so that a test can stop between any two of them.
 */
public class DurableFiles {

  /** Left-over temp files younger than this may belong to a writer that is still alive. */
  public static final Duration TEMPORARY_FILE_AGE = Duration.ofMinutes(10);

  private static final String TEMPORARY_PREFIX = ".hf-tmp-";
  private static final Set<PosixFilePermission> PRIVATE_FILE =
      PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /**
   * Replaces {@code target} by {@code content}, mode 0600.
   *
   * @throws IOException if the disk is full, a permission is missing, ...: the target is as it was
   *     and no temp file is left
   */
  public void replace(Path target, byte[] content) throws IOException {
    Path temporary = target.resolveSibling(TEMPORARY_PREFIX + UUID.randomUUID());
    try {
      write(temporary, content);
      rename(temporary, target);
    } catch (IOException | RuntimeException e) {
      discard(temporary, e);
      throw e;
    }
    syncDirectory(directoryOf(target));
  }

  private static void discard(Path temporary, Exception cause) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      cause.addSuppressed(e); // the caller gets the first error; the sweep removes the file later
    }
  }

  /**
   * Creates {@code file} with {@code content}, mode 0600, synced; the name becomes durable with its
   * directory's sync.
   */
  public void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PRIVATE_FILE))) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  /** Renames atomically within one file system, replacing the target. */
  protected void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Makes the names in {@code directory} durable. */
  public void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Creates {@code directory} and missing parents, mode 0700, each name durable in its parent. */
  public void createDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directoryOf(directory);
    createDirectories(parent);
    try {
      Files.createDirectory(directory, PRIVATE_DIRECTORY);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
    syncDirectory(parent);
  }

  /**
   * Removes temp files in {@code directory} (not below it) that are older than {@link
   * #TEMPORARY_FILE_AGE}. Directories and links of such a name are not ours and are left.
   *
   * @return how many were removed
   */
  public int sweepTemporaryFiles(Path directory, Instant now) throws IOException {
    int removed = 0;
    try (var entries = Files.newDirectoryStream(directory, TEMPORARY_PREFIX + "*")) {
      for (Path entry : entries) {
        try {
          BasicFileAttributes found =
              Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
          Instant modified = found.lastModifiedTime().toInstant();
          if (found.isRegularFile() && modified.isBefore(now.minus(TEMPORARY_FILE_AGE))) {
            Files.deleteIfExists(entry);
            removed++;
          }
        } catch (NoSuchFileException e) {
          // Its writer finished while we looked.
        }
      }
    }
    return removed;
  }

  private static Path directoryOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("no directory holds " + file);
    }
    return parent;
  }
}
