package io.holdfast.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine's name. */
public final class HostName {

  private HostName() {}

  /** As the kernel has it; "localhost" where it cannot be read. */
  public static String get() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).trim();
    } catch (IOException e) {
      return "localhost";
    }
  }
}
