package io.holdfast.cli;

import io.holdfast.cli.client.Api;
import io.holdfast.cli.client.Fields;
import io.holdfast.cli.client.OutputEvent.End;
import io.holdfast.cli.client.OutputFollower;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "submit",
    description = {
      "Submit a job and print its id.",
      "The command is given to the server word by word, without a shell: use"
          + " 'submit -- sh -c \"...\"' for one. It runs in a clone of the first repository, or in"
          + " an empty directory.",
      "With --follow the job's output is printed until it ends, and the exit status is the job's"
          + " own; 1 if it has none (cancelled, lost, ...)."
    })
final class SubmitCommand extends ClientCommand {

  @Option(
      names = {"-r", "--repository"},
      paramLabel = "NAME",
      description = "A registered repository; may be given more than once.")
  List<String> repositories = new ArrayList<>();

  @Option(names = "--branch", description = "The branch to work on.")
  @Nullable String branch;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "NAME=VALUE",
      description = "A variable of the job's environment; may be given more than once.")
  Map<String, String> environment = new LinkedHashMap<>();

  @Option(names = "--title", description = "What to call the job.")
  @Nullable String title;

  @Option(names = "--engine", defaultValue = "shell", description = "Default: ${DEFAULT-VALUE}.")
  String engine = "shell";

  @Option(
      names = "--prompt-file",
      paramLabel = "FILE",
      description = "The job's prompt; '-' reads standard input.")
  @Nullable String promptFile;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Ends the job after this time: 90s, 15m, 1h30m.")
  @Nullable String timeout;

  @Option(
      names = "--on-interrupt",
      paramLabel = "POLICY",
      description = "What to do if the job is lost: fail (default), requeue or resume.")
  @Nullable String onInterrupt;

  @Option(names = "--exclusive", description = "Keep the repositories locked for the whole job.")
  boolean exclusive;

  @Option(
      names = "--callback",
      paramLabel = "URL",
      description = "Tell this URL of the job; may be given more than once.")
  List<String> callbacks = new ArrayList<>();

  @Mixin CallbackOptions callback = new CallbackOptions();

  @Option(names = "--no-start", description = "Create the job, do not queue it.")
  boolean noStart;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "A second submit with this key gives the first one's job.")
  @Nullable String idempotencyKey;

  @Option(
      names = {"-f", "--follow"},
      description = "Print the job's output until it ends; exit as the job does.")
  boolean follow;

  @Parameters(paramLabel = "COMMAND", description = "The command and its arguments, after '--'.")
  List<String> command = new ArrayList<>();

  @Override
  int run(Api api, PrintStream out) throws IOException, InterruptedException {
    if (command.isEmpty() && promptFile == null) {
      throw new IllegalArgumentException("nothing to run: give a command after '--'");
    }
    if (follow && noStart) {
      throw new IllegalArgumentException("--follow and --no-start exclude each other");
    }
    if (callbacks.isEmpty() && callback.given()) {
      throw new IllegalArgumentException("--event, --header and --secret-file need --callback");
    }
    String key = idempotencyKey == null ? UUID.randomUUID().toString() : idempotencyKey;
    Fields job = api.post("/api/jobs", body(), Map.of("Idempotency-Key", key));
    if (!follow) {
      if (!printedJson(job, out)) {
        out.println(job.text("id"));
      }
      return ExitCodes.OK;
    }
    System.err.println("holdfast: job " + job.text("id"));
    OutputFollower.Sink sink = options.json ? new JsonOutput(out) : new RawOutput(out);
    End end = new OutputFollower(api, job.text("id"), 0, sink).follow();
    System.err.println(
        "holdfast: " + end.state() + (end.exitCode() == null ? "" : ", exit " + end.exitCode()));
    return status(end);
  }

  private static int status(End end) {
    if (end.exitCode() == null) {
      return ExitCodes.REFUSED;
    }
    int code = end.exitCode().intValue();
    return code == 0 && !end.state().equals("COMPLETED") ? ExitCodes.REFUSED : code;
  }

  private Map<String, @Nullable Object> body() throws IOException {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("engine", engine);
    body.put("command", command.isEmpty() ? null : command);
    body.put("prompt", prompt());
    if (repositories.size() == 1) {
      body.put("repository", repositories.get(0));
    } else if (!repositories.isEmpty()) {
      body.put("repositories", repositories);
    }
    body.put("branch", branch);
    body.put("title", title);
    body.put("environment", environment.isEmpty() ? null : environment);
    body.put("exclusive", exclusive ? true : null);
    body.put("auto_start", noStart ? false : null);
    body.put("timeout_seconds", timeout == null ? null : Times.parse(timeout).toSeconds());
    body.put("on_interrupt", onInterrupt);
    body.put("callbacks", callbacks.isEmpty() ? null : callbacks());
    body.values().removeIf(value -> value == null);
    return body;
  }

  private List<Object> callbacks() throws IOException {
    List<Object> bodies = new ArrayList<>();
    for (String url : callbacks) {
      bodies.add(callback.body(url));
    }
    return bodies;
  }

  private @Nullable String prompt() throws IOException {
    if (promptFile == null) {
      return null;
    }
    return promptFile.equals("-")
        ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
        : Files.readString(Path.of(promptFile));
  }
}
