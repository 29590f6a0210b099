package io.holdfast.blackbox;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Waits for what another process does. */
final class Await {

  private static final Duration LOOK = Duration.ofMillis(50);

  interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  private Await() {}

  /** Looks until the condition holds; what throws does not hold yet. */
  static void until(String what, Duration patience, Condition condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    @Nullable IOException last = null;
    while (System.nanoTime() < deadline) {
      try {
        if (condition.holds()) {
          return;
        }
      } catch (IOException e) {
        last = e;
      }
      Thread.sleep(LOOK.toMillis());
    }
    throw new AssertionError("waited " + patience + " in vain: " + what, last);
  }
}
