package io.holdfast.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.cli.client.OutputEvent.End;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutputFollowerTest {

  private StubServer server;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aServerThatDiesAndComesBackCostsNoByteAndRepeatsNone() throws Exception {
    server
        .diesAfter(chunk(6, "one\ntw") + "event: output\nid: 8\ndata: o")
        .isNotDeployed()
        .answers(503, "{\"title\":\"Recovering\",\"status\":503}")
        .streams(chunk(14, "o\nthree\n") + end("COMPLETED", 0, 14));

    End end = follow(0);

    assertThat(text()).isEqualTo("one\ntwo\nthree\n");
    assertThat(end).isEqualTo(new End("COMPLETED", 0L, 14, null));
    assertThat(server.calls())
        .extracting(StubServer.Call::lastEventId)
        .containsExactly("0", "6", "6", "6");
    assertThat(told).containsExactly("interrupted 6", "resumed 6");
  }

  @Test
  void aStreamThatEndsBeforeTheJobIsAskedForAgain() throws Exception {
    server.streams(chunk(1, "a")).streams(chunk(2, "b") + end("FAILED", 7, 2));

    assertThat(follow(0).exitCode()).isEqualTo(7);
    assertThat(text()).isEqualTo("ab");
  }

  @Test
  void bytesThatDoNotJoinToTheOnesBeforeAreNotTaken() throws Exception {
    server
        .streams(chunk(3, "abc") + chunk(9, "xyz"))
        .streams(chunk(3, "abc"))
        .streams(chunk(5, "de") + end("COMPLETED", 0, 5));

    follow(0);

    assertThat(text()).isEqualTo("abcde");
  }

  @Test
  void anEndBeforeTheLastByteIsNoEnd() throws Exception {
    server
        .streams(chunk(3, "abc") + end("COMPLETED", 0, 5))
        .streams(chunk(5, "de") + end("COMPLETED", 0, 5));

    follow(0);

    assertThat(text()).isEqualTo("abcde");
  }

  @Test
  void itAsksForTheRestOfTheAttemptThatItIsAt() throws Exception {
    server
        .diesAfter(attempt(1) + chunk(3, "abc"))
        .streams(attempt(1) + chunk(5, "de") + end("COMPLETED", 0, 5));

    follow(0);

    assertThat(text()).isEqualTo("abcde");
    assertThat(server.calls().get(1).path()).endsWith("/output/stream?attempt=1");
    assertThat(server.calls().get(1).lastEventId()).isEqualTo("3");
  }

  @Test
  void aJobThatIsQueuedAgainIsFollowedFromTheFirstByteOfItsNextAttempt() throws Exception {
    server
        .streams(attempt(1) + chunk(3, "abc") + end("QUEUED", 0, 3))
        .streams(attempt(2) + chunk(2, "xy") + end("COMPLETED", 0, 2));

    assertThat(follow(0).outputBytes()).isEqualTo(2);

    assertThat(text()).isEqualTo("abcxy");
    assertThat(told).containsExactly("attempt 2");
    assertThat(server.calls().get(1).path()).endsWith("/output/stream");
    assertThat(server.calls().get(1).lastEventId()).isEqualTo("0");
  }

  @Test
  void anEndOfTheJobInALaterAttemptIsNotTheEndOfItsOutput() throws Exception {
    server
        .diesAfter(attempt(1) + chunk(3, "abc"))
        .streams(
            attempt(1)
                + chunk(4, "d")
                + "event: end\ndata: {\"state\":\"COMPLETED\",\"exit_code\":0,\"output_bytes\":4,\"attempt\":2}\n\n")
        .streams(attempt(2) + chunk(2, "xy") + end("COMPLETED", 0, 2));

    follow(0);

    assertThat(text()).isEqualTo("abcdxy");
  }

  @Test
  void aJobThatEndsInTheQueueIsNotPrintedTwice() throws Exception {
    server
        .streams(attempt(1) + chunk(3, "abc") + end("QUEUED", 0, 3))
        .streams(attempt(1) + chunk(3, "abc") + end("CANCELLED", 0, 3))
        .streams(attempt(1) + end("CANCELLED", 0, 3));

    assertThat(follow(0).state()).isEqualTo("CANCELLED");

    assertThat(text()).isEqualTo("abc");
    assertThat(server.calls().get(2).path()).endsWith("?attempt=1");
    assertThat(server.calls().get(2).lastEventId()).isEqualTo("3");
  }

  @Test
  void itBeginsWhereItIsTold() throws Exception {
    server.streams(chunk(12, "xy") + end("COMPLETED", 0, 12));

    follow(10);

    assertThat(server.calls().get(0).lastEventId()).isEqualTo("10");
    assertThat(server.calls().get(0).authorization()).isEqualTo("Bearer secret");
    assertThat(text()).isEqualTo("xy");
  }

  @Test
  void aJobThatIsNotThereIsARefusal() {
    server.answers(404, "{\"title\":\"No such job\",\"status\":404}");

    assertThatThrownBy(() -> follow(0)).isInstanceOf(Refused.class).hasMessage("No such job");
  }

  @Test
  void aServerThatNeverAnsweredIsNotWaitedFor() {
    server.close();

    assertThatThrownBy(() -> follow(0)).isInstanceOf(Unreachable.class);
  }

  @Test
  void aSinkThatFailsEndsTheFollowing() {
    server.streams(chunk(1, "a") + end("COMPLETED", 0, 1));
    OutputFollower.Sink full =
        (offset, bytes) -> {
          throw new IOException("disk full");
        };

    assertThatThrownBy(() -> new OutputFollower(api(server.url()), "1", 0, full).follow())
        .hasMessage("disk full");
  }

  private End follow(long from) throws IOException, InterruptedException {
    return new OutputFollower(api(server.url()), "1", from, new Recording()).follow();
  }

  private static Api api(URI url) {
    return new Api(url, "secret");
  }

  private String text() {
    return output.toString(StandardCharsets.UTF_8);
  }

  private static String chunk(long offset, String text) {
    return "event: output\nid: " + offset + "\ndata: " + text.replace("\n", "\ndata: ") + "\n\n";
  }

  private static String attempt(int number) {
    return "event: attempt\nid: 0\ndata: {\"attempt\":" + number + ",\"session_id\":\"s\"}\n\n";
  }

  private static String end(String state, int exitCode, long bytes) {
    return "event: end\ndata: {\"state\":\"%s\",\"exit_code\":%d,\"output_bytes\":%d}\n\n"
        .formatted(state, exitCode, bytes);
  }

  private final class Recording implements OutputFollower.Sink {

    @Override
    public void accept(long offset, byte[] bytes) throws IOException {
      output.write(bytes);
    }

    @Override
    public void nextAttempt(long attempt) {
      told.add("attempt " + attempt);
    }

    @Override
    public void interrupted(long position, String reason) {
      told.add("interrupted " + position);
    }

    @Override
    public void resumed(long position) {
      told.add("resumed " + position);
    }
  }
}
