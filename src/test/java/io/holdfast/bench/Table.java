package io.holdfast.bench;

import java.util.Locale;

/** The one table, a line as soon as it is known. */
final class Table {

  private Table() {}

  static void head() {
    System.out.println("| figure | Holdfast | limit, same run | ratio |\n|---|---|---|---|");
  }

  static void row(String figure, String ours) {
    System.out.println("| " + figure + " | " + ours + " | | |");
  }

  /** Beside its limit; more is better. */
  static void row(String figure, double ours, String limit, double most) {
    System.out.printf(
        Locale.ROOT,
        "| %s; limit: %s | %.0f | %.0f | %.2f |%n",
        figure,
        limit,
        ours,
        most,
        ours / most);
  }

  static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%.0f", value);
  }
}
