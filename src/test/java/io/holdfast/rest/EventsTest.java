package io.holdfast.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is what a reader by the HTML Standard gets. */
class EventsTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Events events = new Events(out);

  private record Event(String name, String id, String data) {}

  /** "Interpreting an event stream", in the order of its sentences. */
  private List<Event> read() {
    List<Event> read = new ArrayList<>();
    StringBuilder data = new StringBuilder();
    String name = "";
    String id = "";
    for (String line : out.toString(StandardCharsets.UTF_8).split("\n", -1)) {
      if (line.isEmpty()) {
        if (data.length() > 0) {
          read.add(new Event(name, id, data.substring(0, data.length() - 1)));
        }
        data.setLength(0);
        name = "";
      } else if (!line.startsWith(":")) {
        int colon = line.indexOf(':');
        String value = line.substring(colon + 1).replaceFirst("^ ", "");
        switch (line.substring(0, colon)) {
          case "event" -> name = value;
          case "id" -> id = value;
          case "data" -> data.append(value).append('\n');
          default -> throw new IllegalStateException("unknown field: " + line);
        }
      }
    }
    return read;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "line\n",
        "line",
        "\n",
        "\n\n\n",
        "a\n\n\nb",
        " leading space",
        "  two\n  spaces",
        "event: end\nid: 7\ndata: x",
        ": comment\n",
        "\u20ac \ud83d\ude00",
        "tab\t"
      })
  void everyCharacterComesBack(String text) throws IOException {
    events.event("output", 42, text);

    assertThat(read()).containsExactly(new Event("output", "42", text));
  }

  @Test
  void commentsAreNoEvents() throws IOException {
    events.comment("heartbeat");
    events.event("output", 1, "a");
    events.comment("heartbeat");
    events.event("end", 1, "{}");

    assertThat(read()).containsExactly(new Event("output", "1", "a"), new Event("end", "1", "{}"));
  }
}
