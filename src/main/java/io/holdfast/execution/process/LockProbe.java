package io.holdfast.execution.process;

import io.holdfast.execution.LockState;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Asks whether a runner holds its lock. Java's own locks do not see {@code flock(2)}, so this is a
 * program; it is asked only once a claim exists, so that it never stands in the way of a runner
 * that may start.
 */
record LockProbe(Tools tools) {
  private static final int HELD = 75;

  LockState ask(Path lock) {
    if (!Files.exists(lock)) {
      return LockState.UNKNOWN;
    }
    try {
      int status =
          new ProcessBuilder(
                  tools.flock(),
                  "-s",
                  "-n",
                  "-E",
                  Integer.toString(HELD),
                  lock.toString(),
                  tools.sh(),
                  "-c",
                  ":")
              .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start()
              .waitFor();
      return switch (status) {
        case 0 -> LockState.FREE;
        case HELD -> LockState.HELD;
        default -> LockState.UNKNOWN;
      };
    } catch (IOException e) {
      return LockState.UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return LockState.UNKNOWN;
    }
  }
}
