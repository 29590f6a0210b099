package io.holdfast.crash;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Starts JVMs with our class path in half the time: its classes come, loaded and linked, from an
 * archive that one JVM wrote for all. Such an archive wants jars, not directories.
 */
final class FastJvm {

  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();
  private static final List<String> OPTIONS =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xlog:disable");

  private final Path archive;
  private final String classPath;

  /**
   * @param directory for the archive; at least as long-lived as the JVMs
   */
  FastJvm(Path directory) throws IOException {
    this.archive = directory.resolve("classes.jsa");
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        Path jar = directory.resolve("classes-" + entries.size() + ".jar");
        pack(path, jar);
        entries.add(jar.toString());
      } else if (entry.endsWith(".jar") && Files.exists(path)) {
        entries.add(entry);
      }
    }
    this.classPath = String.join(File.pathSeparator, entries);
  }

  /** The start of a command line; arguments of {@code main} follow. */
  List<String> command(Class<?> main) {
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(OPTIONS);
    command.add(
        (Files.exists(archive) ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + archive);
    command.addAll(List.of("-cp", classPath, main.getName()));
    return command;
  }

  private static void pack(Path directory, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(file);
        Stream<Path> found = Files.walk(directory)) {
      entries.setLevel(0);
      for (Path path : found.filter(Files::isRegularFile).toList()) {
        entries.putNextEntry(new ZipEntry(directory.relativize(path).toString()));
        Files.copy(path, entries);
        entries.closeEntry();
      }
    }
  }
}
