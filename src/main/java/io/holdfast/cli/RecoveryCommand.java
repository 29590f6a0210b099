package io.holdfast.cli;

import io.holdfast.cli.client.Api;
import io.holdfast.cli.client.Fields;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import picocli.CommandLine.Command;

@Command(name = "recovery", description = "What the server found and did at its last start.")
final class RecoveryCommand extends ClientCommand {

  @Override
  int run(Api api, PrintStream out) throws IOException {
    Fields log = api.get("/api/admin/startup-log");
    if (!printedJson(log, out)) {
      new StartupLogPrinter(out, Instant.now()).print(log);
    }
    return ExitCodes.OK;
  }
}
