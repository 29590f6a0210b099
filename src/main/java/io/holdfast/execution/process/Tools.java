package io.holdfast.execution.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The programs a launch needs, by absolute path. */
record Tools(String sh, String flock, String setsid) {

  /**
   * Finds them on the server's PATH.
   *
   * @throws IllegalStateException if one is missing, with its name
   */
  static Tools find(Map<String, String> environment) {
    String path = environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
    return new Tools(
        find("sh", path, "a POSIX shell"),
        find("flock", path, "util-linux"),
        find("setsid", path, "util-linux"));
  }

  private static String find(String name, String path, String from) {
    for (String directory : path.split(":", -1)) {
      Path program = Path.of(directory, name);
      if (program.isAbsolute() && Files.isExecutable(program)) {
        return program.toString();
      }
    }
    throw new IllegalStateException(name + " (" + from + ") is not on the PATH " + path);
  }
}
