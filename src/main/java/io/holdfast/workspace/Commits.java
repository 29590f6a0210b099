package io.holdfast.workspace;

import io.holdfast.platform.DurableFiles;
import io.holdfast.repositories.RepositoryName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the copies of a workspace started from: {@code workspace.commits} beside it, a line per
 * repository. It is written before the workspace appears, so that a workspace always has one.
 */
final class Commits {

  private static final int MAXIMUM_BYTES = 1 << 20;
  private static final String FILE = "workspace.commits";

  private Commits() {}

  static void write(DurableFiles files, Path directory, Map<RepositoryName, String> commits)
      throws IOException {
    StringBuilder lines = new StringBuilder();
    new TreeMap<>(commits)
        .forEach((name, commit) -> lines.append(name).append(' ').append(commit).append('\n'));
    files.replace(directory.resolve(FILE), lines.toString().getBytes(StandardCharsets.US_ASCII));
  }

  /** Lines that make no sense are skipped, as is a missing file: a job can write here. */
  static Map<RepositoryName, String> read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    Map<RepositoryName, String> commits = new LinkedHashMap<>();
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAXIMUM_BYTES) {
      return commits;
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.US_ASCII);
    for (String line : text.lines().toList()) {
      String[] parts = line.split(" ", 2);
      if (parts.length == 2
          && RepositoryName.objection(parts[0]).isEmpty()
          && parts[1].matches("[0-9a-f]{40,64}")) {
        commits.put(new RepositoryName(parts[0]), parts[1]);
      }
    }
    return commits;
  }

  static void delete(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(FILE));
  }
}
