package io.holdfast.callbacks.http;

import java.net.UnknownHostException;

/** A name leads only to where we do not connect. */
final class ForbiddenAddress extends UnknownHostException {

  private static final long serialVersionUID = 1L;

  ForbiddenAddress(String message) {
    super(message);
  }
}
