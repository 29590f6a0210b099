package io.holdfast.cli;

/** What the exit status of a command says. */
final class ExitCodes {

  static final int OK = 0;

  /** The server, or the launcher, refused or failed; the reason is on standard error. */
  static final int REFUSED = 1;

  static final int USAGE = 2;

  /** No server answered. */
  static final int UNREACHABLE = 3;

  static final String[] DESCRIPTION = {
    "0:done", "1:the server refused (the reason is on standard error)",
    "2:wrong usage", "3:no server answered"
  };

  private ExitCodes() {}
}
