package io.holdfast.cli;

import io.holdfast.cli.client.Api;
import io.holdfast.cli.client.Json;
import io.holdfast.cli.client.OutputEvent.End;
import io.holdfast.cli.client.OutputFollower;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "logs",
    description = {
      "Print a job's output, byte for byte.",
      "With -f it goes on until the job ends; if the server dies meanwhile it waits for it and goes"
          + " on where it was, so that no byte is missing and none is printed twice. A job that is"
          + " queued again is followed into its next attempt.",
      "With --json each line is an object: {\"offset\", \"text\" or \"base64\"}, where offset is the"
          + " position after these bytes; {\"attempt\"} where another attempt begins; with -f the last one is"
          + " {\"state\", \"exit_code\", \"output_bytes\"}.",
      "The exit status says how the printing went, not how the job ended (see 'submit --follow')."
    })
final class LogsCommand extends ClientCommand {

  private static final Duration SILENCE = Duration.ofSeconds(60);

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until the job ends.")
  boolean follow;

  @Option(
      names = "--offset",
      paramLabel = "BYTES",
      defaultValue = "0",
      description = "Begin at this byte (default: ${DEFAULT-VALUE}).")
  long offset;

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  String job = "";

  @Override
  int run(Api api, PrintStream out) throws IOException, InterruptedException {
    if (offset < 0) {
      throw new IllegalArgumentException("--offset must not be negative");
    }
    OutputFollower.Sink sink = options.json ? new JsonOutput(out) : new RawOutput(out);
    if (follow) {
      End end = new OutputFollower(api, job, offset, sink).follow();
      if (options.json) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("state", end.state());
        line.put("exit_code", end.exitCode());
        line.put("output_bytes", end.outputBytes());
        out.println(Json.write(line));
      }
    } else {
      copy(api, sink);
    }
    return ExitCodes.OK;
  }

  private void copy(Api api, OutputFollower.Sink sink) throws IOException {
    String path = "/api/jobs/" + Api.escape(job) + "/output?offset=" + offset;
    try (InputStream in = api.open(path, Map.of("Accept", "*/*"), SILENCE)) {
      long position = offset;
      for (byte[] bytes = in.readNBytes(64 * 1024);
          bytes.length > 0;
          bytes = in.readNBytes(64 * 1024)) {
        position += bytes.length;
        sink.accept(position, bytes);
      }
    }
  }
}
