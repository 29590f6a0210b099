package io.holdfast.cli;

import io.holdfast.cli.client.Api;
import io.holdfast.cli.client.Fields;
import io.holdfast.cli.client.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A command that makes calls to a running server. */
@Command
abstract class ClientCommand implements Callable<Integer> {

  @Mixin final ClientOptions options = new ClientOptions();

  @Override
  public final Integer call() throws Exception {
    return run(options.connect(), System.out);
  }

  /** Makes the calls and prints the answer; gives the exit status. */
  abstract int run(Api api, PrintStream out) throws IOException, InterruptedException;

  /** Prints {@code answer} as JSON if that was asked for. */
  boolean printedJson(Fields answer, PrintStream out) {
    if (options.json) {
      out.println(Json.pretty(answer));
    }
    return options.json;
  }
}
