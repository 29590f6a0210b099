package io.holdfast.repositories;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real git repository for tests to clone from, and git to look at what became of it. */
public final class GitSource {

  private static final Map<String, String> IDENTITY =
      Map.of(
          "GIT_AUTHOR_NAME", "Test",
          "GIT_AUTHOR_EMAIL", "test@example.org",
          "GIT_COMMITTER_NAME", "Test",
          "GIT_COMMITTER_EMAIL", "test@example.org",
          "GIT_CONFIG_GLOBAL", "/dev/null",
          "GIT_CONFIG_NOSYSTEM", "1");

  private final Path directory;

  private GitSource(Path directory) {
    this.directory = directory;
  }

  /** A repository without commits, on branch main. */
  public static GitSource empty(Path directory) throws Exception {
    git(Path.of("/"), "init", "-q", "-b", "main", directory.toString());
    return new GitSource(directory);
  }

  /** A repository with one commit, in a pack. */
  public static GitSource create(Path directory) throws Exception {
    GitSource source = empty(directory);
    source.commit("README.md", "hello\n");
    source.git("repack", "-q", "-a", "-d");
    return source;
  }

  public Path directory() {
    return directory;
  }

  public String url() {
    return directory.toString();
  }

  public String commit(String file, String content) throws Exception {
    Path target = directory.resolve(file);
    Files.createDirectories(target.getParent());
    Files.writeString(target, content);
    git("add", "-A");
    git("commit", "-q", "-m", "change " + file.replaceAll("[^ -~]", "?"));
    return head();
  }

  public String head() throws Exception {
    return git("rev-parse", "HEAD");
  }

  public String git(String... arguments) throws Exception {
    return git(directory, arguments);
  }

  /** Runs git in {@code directory} and returns what it printed, trimmed. */
  public static String git(Path directory, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git", "-c", "protocol.file.allow=always"));
    command.addAll(List.of(arguments));
    return run(directory, command);
  }

  public static String run(Path directory, List<String> command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().keySet().removeIf(key -> key.startsWith("GIT_"));
    builder.environment().putAll(IDENTITY);
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + " ended with " + process.exitValue() + ": " + output);
    }
    return output.strip();
  }
}
