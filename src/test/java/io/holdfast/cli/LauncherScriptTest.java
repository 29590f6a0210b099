package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the scripts say where something is missing: run with a PATH made for it. */
class LauncherScriptTest {

  private static final List<String> TOOLS =
      List.of(
          "sh",
          "bash",
          "env",
          "dirname",
          "sed",
          "head",
          "tail",
          "grep",
          "find",
          "uname",
          "id",
          "readlink",
          "mkdir",
          "rm",
          "mv",
          "sleep",
          "cat",
          "git",
          "setsid",
          "flock",
          "unshare");

  private static final String CURRENT_FLOCK = "echo ' -F, --no-fork  execute without forking'";

  @TempDir private Path directory;
  private Path path;
  private Path checkout;

  private record Said(int status, String text) {}

  @BeforeEach
  void prepare() throws IOException {
    path = Files.createDirectory(directory.resolve("bin"));
    for (String tool : TOOLS) {
      for (String place : List.of("/usr/bin", "/bin")) {
        Path found = Path.of(place, tool);
        if (Files.isExecutable(found) && !Files.exists(path.resolve(tool))) {
          Files.createSymbolicLink(path.resolve(tool), found);
        }
      }
    }
    tool("java", "echo 'openjdk version \"17.0.1\"' >&2");
    tool("javac", "echo 'javac 17.0.1'");
    tool("mvn", "[ \"$1\" = -version ] && echo 'Apache Maven 3.8.7 (x)'");
    tool("flock", CURRENT_FLOCK);
    checkout = Files.createDirectory(directory.resolve("checkout"));
    Files.createDirectory(checkout.resolve(".ci"));
    for (String script : List.of("holdfast", ".ci/run", "pom.xml")) {
      Files.copy(Path.of(script), checkout.resolve(script));
    }
  }

  private void tool(String name, String script) throws IOException {
    Path file = path.resolve(name);
    Files.deleteIfExists(file);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Said run(String... command) throws IOException, InterruptedException {
    ProcessBuilder script = new ProcessBuilder(command).directory(checkout.toFile());
    script.environment().clear();
    script.environment().put("PATH", path.toString());
    script.redirectErrorStream(true);
    Process process = script.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), said);
  }

  private void bothSay(String... words) throws IOException, InterruptedException {
    for (Said said : List.of(run("sh", "./holdfast", "up"), run("bash", ".ci/run"))) {
      assertThat(said.status()).as(said.text()).isEqualTo(1);
      assertThat(said.text()).contains(words);
    }
  }

  @Test
  void anOldUtilLinuxIsNamed() throws Exception {
    tool("flock", "echo ' -n, --nonblock'");

    bothSay("--no-fork", "util-linux 2.35");
  }

  @Test
  void aMissingToolIsNamed() throws Exception {
    Files.delete(path.resolve("git"));
    bothSay("git");
  }

  @Test
  void anOldMavenIsNamed() throws Exception {
    tool("mvn", "echo 'Apache Maven 3.6.3 (x)'");

    bothSay("3.6", "3.8 or newer");
  }

  @Test
  void anOldJavaIsNamed() throws Exception {
    tool("java", "echo 'openjdk version \"11.0.2\"' >&2");
    tool("javac", "echo 'javac 11.0.2'");

    bothSay("11", "17 or newer");
  }

  @Test
  void withAllOfItTheBuildIsBegun() throws Exception {
    Said said = run("sh", "./holdfast", "up");

    assertThat(said.text()).contains("building", "the build failed").doesNotContain("needs");
  }
}
