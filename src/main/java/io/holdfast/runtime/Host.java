package io.holdfast.runtime;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** This machine. */
final class Host {

  private Host() {}

  /** Its name, or "localhost" where it has none. */
  static String name() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
