package io.holdfast.cli.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** Finds out that a port is taken before anything is started that would fail on it. */
final class Ports {

  private Ports() {}

  /**
   * Passes if nobody listens there.
   *
   * @param option what the user can change
   * @throws StartFailed if somebody listens there already
   */
  static void requireFree(String host, int port, String what, String option) throws StartFailed {
    if (port < 1 || port > 65_535) {
      throw new StartFailed(option + ": " + port + " is no port");
    }
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
