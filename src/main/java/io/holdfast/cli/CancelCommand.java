package io.holdfast.cli;

import io.holdfast.cli.client.Api;
import io.holdfast.cli.client.Fields;
import io.holdfast.cli.client.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "cancel",
    description = "Cancel jobs: running ones get TERM, and KILL after a grace.")
final class CancelCommand extends ClientCommand {

  @Parameters(paramLabel = "JOB", arity = "1..*", description = "The jobs' ids.")
  List<String> jobs = new ArrayList<>();

  @Override
  int run(Api api, PrintStream out) throws IOException {
    for (String job : jobs) {
      Fields answer = api.post("/api/jobs/" + Api.escape(job) + "/cancel", Map.of(), Map.of());
      if (options.json) {
        out.println(Json.write(answer));
      } else {
        out.println(job + "  " + Colours.ofTerminal().state(answer.text("state")));
      }
    }
    return ExitCodes.OK;
  }
}
