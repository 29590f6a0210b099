package io.holdfast.cli.client;

import java.io.IOException;
import java.net.URI;

/** Nobody answered at the server's address. */
public final class Unreachable extends IOException {

  private static final long serialVersionUID = 1L;

  public Unreachable(URI server, Throwable cause) {
    super("no answer from " + server + " (" + reason(cause) + "); is it running? ./holdfast up");
    initCause(cause);
  }

  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
