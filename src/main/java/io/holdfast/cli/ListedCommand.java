package io.holdfast.cli;

import io.holdfast.cli.client.Api;
import io.holdfast.cli.client.Fields;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;

/** Prints a list that the server gives whole. */
@Command
abstract class ListedCommand extends ClientCommand {

  /** The list's path and the member of its answer that holds the items. */
  record Source(String path, String member) {}

  abstract Source source();

  /** A table with a row for each of the items, of which there is at least one. */
  abstract Table table(List<Fields> items, Instant now);

  /** What to say where there are no items. */
  abstract String nothing();

  @Override
  int run(Api api, PrintStream out) throws IOException {
    Fields answer = api.get(source().path());
    if (!printedJson(answer, out)) {
      print(answer.objects(source().member()), out);
    }
    return ExitCodes.OK;
  }

  final void print(List<Fields> items, PrintStream out) {
    if (items.isEmpty()) {
      out.println(nothing());
    } else {
      table(items, Instant.now()).print(out, Colours.ofTerminal());
    }
  }
}
