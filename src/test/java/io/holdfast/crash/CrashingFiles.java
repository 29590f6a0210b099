package io.holdfast.crash;

import io.holdfast.platform.DurableFiles;
import java.io.IOException;
import java.nio.file.Path;

/**
 * After every step of a durable write that another process can see. What a directory's sync makes
 * durable is seen before it: a killed process leaves it either way, as it leaves the making of the
 * directory itself, which is followed by a sync.
 */
final class CrashingFiles extends DurableFiles {

  private final CrashPoints points;

  CrashingFiles(CrashPoints points) {
    this.points = points;
  }

  @Override
  public void write(Path file, byte[] content) throws IOException {
    super.write(file, content);
    points.at("after writing " + points.name(file));
  }

  @Override
  protected void rename(Path from, Path to) throws IOException {
    super.rename(from, to);
    points.at("after renaming to " + points.name(to));
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    points.at("before syncing " + points.name(directory));
    super.syncDirectory(directory);
  }
}
