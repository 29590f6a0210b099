package io.holdfast.cli.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** Finds out that a port is taken before anything is started that would fail on it. */
final class Ports {

  private Ports() {}

  /** Throws if there can be no such port, whether it is needed now or not. */
  static int checked(String option, int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(option + ": " + port + " is no port (1 to 65535)");
    }
    return port;
  }

  /**
   * Passes if nobody listens there.
   *
   * @param option what the user can change
   * @throws StartFailed if somebody listens there already
   */
  static void requireFree(String host, int port, String what, String option) throws StartFailed {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (UnknownHostException e) {
      throw new StartFailed("--bind: this machine has no address " + host);
    } catch (IOException e) {
      throw new StartFailed(
          "port "
              + port
              + " on "
              + host
              + " ("
              + what
              + ") cannot be used: "
              + e.getMessage()
              + ". Choose another one with "
              + option
              + ".");
    }
  }
}
