package io.holdfast.cli;

import io.holdfast.cli.client.Api;
import io.holdfast.cli.client.Fields;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Show one job.")
final class ShowCommand extends ClientCommand {

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  String job = "";

  @Override
  int run(Api api, PrintStream out) throws IOException {
    Fields answer = api.get("/api/jobs/" + Api.escape(job));
    if (!printedJson(answer, out)) {
      new JobPrinter(answer, out, Instant.now()).print();
    }
    return ExitCodes.OK;
  }
}
