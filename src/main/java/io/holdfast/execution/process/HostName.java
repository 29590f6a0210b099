package io.holdfast.execution.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine's name, for the record. */
final class HostName {
  private HostName() {}

  static String get() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).trim();
    } catch (IOException e) {
      return "localhost";
    }
  }
}
