package io.holdfast.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What callbacks tell of and how they are signed. */
final class CallbackOptions {

  @Option(
      names = "--event",
      paramLabel = "EVENT",
      description =
          "Tell of this event, such as job.failed; may be given more than once (default: every"
              + " end).")
  List<String> events = new ArrayList<>();

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description = "Send this header with them; may be given more than once.")
  Map<String, String> headers = new LinkedHashMap<>();

  @Option(
      names = "--secret-file",
      paramLabel = "FILE",
      description = "Sign with the whsec_... in this file, or with each, one a line.")
  @Nullable Path secretFile;

  boolean given() {
    return !events.isEmpty() || !headers.isEmpty() || secretFile != null;
  }

  /** The body of a callback to this URL. */
  Map<String, @Nullable Object> body(String url) throws IOException {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("url", url);
    body.put("events", events.isEmpty() ? null : events);
    body.put("headers", headers.isEmpty() ? null : headers);
    body.put("secrets", secretFile == null ? null : secrets(secretFile));
    body.values().removeIf(value -> value == null);
    return body;
  }

  static List<String> secrets(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .toList();
  }
}
