package io.holdfast.cli.server;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Says what goes on, with the seconds since the beginning; the same thing only once. */
public final class Progress {

  private final PrintStream out;
  private final long start = System.nanoTime();
  private String last = "";

  public Progress(PrintStream out) {
    this.out = out;
  }

  public void say(String what) {
    if (!what.equals(last)) {
      out.println(String.format(Locale.ROOT, "[%5.1f s] %s", seconds(), what));
      out.flush();
      last = what;
    }
  }

  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private double seconds() {
    return elapsed().toMillis() / 1000.0;
  }
}
