package io.holdfast.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A small git repository with real commits, made on the spot. */
record DemoRepository(Path path) {

  private static final List<String> STAGES = List.of("Sow", "Water", "Harvest");

  static DemoRepository create(Path path) throws IOException, InterruptedException {
    Files.createDirectories(path);
    DemoRepository repository = new DemoRepository(path);
    repository.git("init", "--quiet", "--initial-branch=main");
    Path field = path.resolve("field.txt");
    Files.createFile(field);
    for (String stage : STAGES) {
      Files.writeString(field, Files.readString(field) + stage + " the field\n");
      repository.git("add", "field.txt");
      repository.git("commit", "--quiet", "--message", stage);
    }
    return repository;
  }

  /** The commit that a clone must start from. */
  String head() throws IOException, InterruptedException {
    return git("rev-parse", "HEAD").strip();
  }

  private String git(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "git",
                "-C",
                path.toString(),
                "-c",
                "user.name=Holdfast demo",
                "-c",
                "user.email=demo@holdfast.invalid",
                "-c",
                "commit.gpgsign=false"));
    command.addAll(List.of(arguments));
    Process git = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (git.waitFor() != 0) {
      throw new IOException("git " + String.join(" ", arguments) + " failed: " + output.strip());
    }
    return output;
  }
}
