package io.holdfast.cli.server;

import java.nio.file.Path;

/** The JDK that runs this JVM; it runs the server, too. */
final class JavaHome {

  private JavaHome() {}

  static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}
