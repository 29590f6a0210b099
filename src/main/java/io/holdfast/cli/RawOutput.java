package io.holdfast.cli;

import io.holdfast.cli.client.OutputFollower;
import java.io.IOException;
import java.io.PrintStream;

/** Bytes to standard output as they are; what happens to the connection to standard error. */
final class RawOutput implements OutputFollower.Sink {

  private final PrintStream out;

  RawOutput(PrintStream out) {
    this.out = out;
  }

  @Override
  public void accept(long offset, byte[] bytes) throws IOException {
    out.write(bytes, 0, bytes.length);
    if (out.checkError()) { // flushes, too
      throw new IOException("standard output is closed");
    }
  }

  @Override
  public void interrupted(long position, String reason) {
    System.err.println("holdfast: at byte " + position + ": " + reason + "; waiting");
  }

  @Override
  public void nextAttempt(long attempt) {
    System.err.println("holdfast: the job was queued again; attempt " + attempt + " follows");
  }

  @Override
  public void resumed(long position) {
    System.err.println("holdfast: resumed at byte " + position);
  }
}
