package io.holdfast.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is added to a growing file from now on; a file that was replaced is read from its start. */
final class LogTail implements AutoCloseable {

  private final Path file;
  private FileChannel channel;
  private Object identity;

  LogTail(Path file) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file);
    this.channel.position(channel.size());
    this.identity = identity();
  }

  void copyNew(PrintStream out) throws IOException {
    copyRest(out);
    if (Files.exists(file) && !identity().equals(identity)) {
      channel.close();
      channel = FileChannel.open(file);
      identity = identity();
      copyRest(out);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void copyRest(PrintStream out) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    while (channel.read(buffer) > 0) {
      out.write(buffer.array(), 0, buffer.position());
      buffer.clear();
    }
    out.flush();
  }

  private Object identity() throws IOException {
    return Files.getAttribute(file, "unix:ino");
  }
}
