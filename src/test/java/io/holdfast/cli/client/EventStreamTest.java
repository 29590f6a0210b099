package io.holdfast.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.cli.client.OutputEvent.Chunk;
import io.holdfast.cli.client.OutputEvent.End;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventStreamTest {

  @Test
  void theLinesOfATextAreJoinedByLineFeedsAndKeepTheirLeadingSpaces() throws IOException {
    assertThat(texts("event: output\nid: 9\ndata:   two\ndata: li\u00e9s\ndata:\n\n"))
        .containsExactly("  two\nli\u00e9s\n");
  }

  @Test
  void aTextOfLineFeedsAloneIsKept() throws IOException {
    assertThat(texts("event: output\nid: 2\ndata:\ndata:\ndata:\n\n")).containsExactly("\n\n");
  }

  @Test
  void whatTextCannotCarryComesAsBase64() throws IOException {
    Chunk chunk = (Chunk) events("id: 7\nevent: output-base64\ndata: YQ0KAP8=\n\n").get(0);
    assertThat(chunk.bytes()).containsExactly('a', '\r', '\n', 0, 0xff);
    assertThat(chunk.offset()).isEqualTo(7);
    assertThat(chunk.from()).isEqualTo(2);
  }

  @Test
  void theEndCarriesTheOutcome() throws IOException {
    assertThat(
            events(
                """
                event: end
                data: {"state":"FAILED","exit_code":7,"output_bytes":12}

                event: end
                data: {"state":"LOST","exit_code":null}

                """))
        .containsExactly(new End("FAILED", 7L, 12, null), new End("LOST", null, -1, null));
  }

  @Test
  void commentsRetryUnknownEventsAndCarriageReturnsAtLineEndsAreNoOutput() throws IOException {
    assertThat(
            texts(
                """
                : heartbeat

                retry: 500

                event: news
                data: x

                event: output
                id: 1
                data: a

                :

                """))
        .containsExactly("a");
  }

  @Test
  void anEventCutInHalfByTheEndOfTheConnectionIsNotSeen() throws IOException {
    assertThat(events("event: output\nid: 3\ndata: abc\n")).isEmpty();
    assertThat(events("event: output\nid: 3\ndata: ab")).isEmpty();
  }

  @Test
  void outputWithoutAnOffsetIsNotOurs() {
    assertThatThrownBy(() -> events("event: output\ndata: abc\n\n"))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> events("event: output-base64\nid: 1\ndata: *\n\n".replace('*', 'Y')))
        .isInstanceOf(IOException.class);
  }

  private static List<String> texts(String stream) throws IOException {
    List<String> texts = new ArrayList<>();
    for (OutputEvent event : events(stream)) {
      texts.add(new String(((Chunk) event).bytes(), StandardCharsets.UTF_8));
    }
    return texts;
  }

  private static List<OutputEvent> events(String stream) throws IOException {
    List<OutputEvent> events = new ArrayList<>();
    try (EventStream in =
        new EventStream(new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)))) {
      for (OutputEvent event = in.next(); event != null; event = in.next()) {
        events.add(event);
      }
    }
    return events;
  }
}
