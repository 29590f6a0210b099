package io.holdfast.cli;

/** Colours for states, on a terminal only, and not where {@code NO_COLOR} is set. */
record Colours(boolean on) {

  static final Colours NONE = new Colours(false);

  /** The launcher script knows whether standard output is a terminal and says so. */
  static Colours ofTerminal() {
    return new Colours(
        Boolean.getBoolean("holdfast.terminal") && System.getenv("NO_COLOR") == null);
  }

  /** {@code word} in the colour of its state; any other word as it is. */
  String state(String word) {
    return switch (word) {
      case "RUNNING", "LAUNCHING", "PREPARING", "CLONING", "IN_FLIGHT" -> paint("36", word);
      case "COMPLETED", "READY", "DELIVERED", "ENABLED", "success" -> paint("32", word);
      case "FAILED", "TIMED_OUT", "LOST", "UNAVAILABLE", "failed" -> paint("31", word);
      case "QUEUED",
          "WAITING",
          "BATCHED",
          "CREATED",
          "CANCELLED",
          "PENDING",
          "DISABLED",
          "partial_success" ->
          paint("33", word);
      default -> word;
    };
  }

  private String paint(String colour, String word) {
    return on ? "\u001b[" + colour + "m" + word + "\u001b[0m" : word;
  }
}
