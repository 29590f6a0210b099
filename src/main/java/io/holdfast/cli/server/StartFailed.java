package io.holdfast.cli.server;

import java.io.IOException;
import java.util.List;

/** Something did not start; the message says what, and the last lines of its log why. */
public final class StartFailed extends IOException {

  private static final long serialVersionUID = 1L;

  public StartFailed(String what) {
    super(what);
  }

  StartFailed(String what, List<String> log) {
    super(log.isEmpty() ? what : what + "\n  | " + String.join("\n  | ", log));
  }
}
