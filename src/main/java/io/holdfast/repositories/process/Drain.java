package io.holdfast.repositories.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Reads all that a process prints, so that it never blocks, and keeps the end of it. */
final class Drain {

  private static final int KEPT_BYTES = 16 * 1024;

  private final InputStream in;
  private final Thread reader;
  private final byte[] ring = new byte[KEPT_BYTES];
  private long total;

  private Drain(InputStream in) {
    this.in = in;
    this.reader = new Thread(this::read, "git-output");
    reader.setDaemon(true);
  }

  static Drain start(InputStream in) {
    Drain drain = new Drain(in);
    drain.reader.start();
    return drain;
  }

  /**
   * What was printed last, at most {@value #KEPT_BYTES} bytes. Waits only a moment for stragglers.
   */
  String tail(Duration wait) throws InterruptedException {
    reader.join(wait.toMillis());
    synchronized (ring) {
      int kept = (int) Math.min(total, KEPT_BYTES);
      byte[] tail = new byte[kept];
      for (int i = 0; i < kept; i++) {
        tail[i] = ring[(int) ((total - kept + i) % KEPT_BYTES)];
      }
      return new String(tail, StandardCharsets.UTF_8);
    }
  }

  private void read() {
    byte[] buffer = new byte[4096];
    try (in) {
      int count = in.read(buffer);
      while (count >= 0) {
        keep(buffer, count);
        count = in.read(buffer);
      }
    } catch (IOException e) {
      // The pipe broke with its process: what was read is kept.
    }
  }

  private void keep(byte[] buffer, int count) {
    synchronized (ring) {
      for (int i = 0; i < count; i++) {
        ring[(int) ((total + i) % KEPT_BYTES)] = buffer[i];
      }
      total += count;
    }
  }
}
