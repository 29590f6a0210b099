package io.holdfast.cli.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** The demo's verdict: each promise with what was seen of it. */
final class Checks {

  private record Check(boolean holds, String promise, String seen) {}

  private final List<Check> checks = new ArrayList<>();

  void add(boolean holds, String promise, String seen) {
    checks.add(new Check(holds, promise, seen));
  }

  boolean allHold() {
    return !checks.isEmpty() && checks.stream().allMatch(Check::holds);
  }

  void print(PrintStream out) {
    int width = checks.stream().mapToInt(check -> check.promise().length()).max().orElse(0);
    for (Check check : checks) {
      out.println(
          (check.holds() ? "  \u2714 " : "  \u2718 ")
              + check.promise()
              + " ".repeat(width - check.promise().length())
              + "  "
              + check.seen());
    }
  }
}
