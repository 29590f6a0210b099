package io.holdfast.cli;

import io.holdfast.cli.client.Api;
import io.holdfast.cli.client.Fields;
import io.holdfast.cli.client.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints a list that the server gives in pages. */
@Command
abstract class PagedCommand extends ListedCommand {

  private static final int PAGE = 100;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "COUNT",
      defaultValue = "50",
      description = "At most so many (default: ${DEFAULT-VALUE}).")
  int limit;

  /** What to ask for, by parameter; null is left out. */
  Map<String, @Nullable String> filters() {
    return Map.of();
  }

  @Override
  final int run(Api api, PrintStream out) throws IOException {
    if (limit < 1) {
      throw new IllegalArgumentException("--limit must be at least 1");
    }
    String member = source().member();
    List<Fields> items = new ArrayList<>();
    String cursor = "";
    do {
      Fields page = api.get(path(Math.min(PAGE, limit - items.size()), cursor));
      items.addAll(page.objects(member));
      cursor = page.text("next_cursor");
    } while (!cursor.isEmpty() && items.size() < limit);
    if (options.json) {
      Map<String, @Nullable Object> answer = new LinkedHashMap<>();
      answer.put(member, items);
      answer.put("next_cursor", cursor.isEmpty() ? null : cursor);
      out.println(Json.pretty(answer));
    } else {
      print(items, out);
    }
    return ExitCodes.OK;
  }

  private String path(int count, String cursor) {
    StringBuilder path = new StringBuilder(source().path()).append("?limit=").append(count);
    filters().forEach((name, value) -> query(path, name, value));
    query(path, "cursor", cursor.isEmpty() ? null : cursor);
    return path.toString();
  }

  private static void query(StringBuilder path, String name, @Nullable String value) {
    if (value != null) {
      path.append('&').append(name).append('=').append(Api.escape(value));
    }
  }
}
