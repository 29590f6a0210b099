package io.holdfast.cli;

import java.io.PrintStream;

/** What there is to say about one thing, a label and a value a line. */
record Card(PrintStream out) {

  /** Nothing where there is no value. */
  void line(String label, String value) {
    if (!value.isEmpty()) {
      print(label, Table.visible(value));
    }
  }

  /** A state, in its colour. */
  void state(String value) {
    print("State", Colours.ofTerminal().state(value));
  }

  private void print(String label, String shown) {
    out.println(label + ":" + " ".repeat(15 - label.length()) + shown);
  }
}
