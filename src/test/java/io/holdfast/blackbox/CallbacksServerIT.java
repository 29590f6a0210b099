package io.holdfast.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.platform.Patience;
import io.holdfast.testing.Receiver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callbacks of a real server, seen from outside, across kill -9. */
class CallbacksServerIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void whatWasNotTakenIsToldAfterTheServerWasKilled(@TempDir Path directory)
      throws IOException, InterruptedException {
    ServerUnderTest server = ServerUnderTest.start(directory, directory.resolve("home"));
    try (Receiver receiver = new Receiver()) {
      receiver.answers(503, Map.of("Retry-After", "31"), "not now");
      String job =
          server.submit(
              Map.of(
                  "engine",
                  "shell",
                  "command",
                  List.of("true"),
                  "callbacks",
                  List.of(Map.of("url", receiver.url(), "events", List.of("job.completed")))));
      server.awaitEnd(job);
      assertThat(Patience.until(() -> receiver.received().size() == 1, PATIENCE)).isTrue();
      assertThat(Patience.until(() -> tried(server, job).path("attempts").asInt() == 1, PATIENCE))
          .isTrue();
      String due = tried(server, job).path("due_at").asText();

      server.killServer();
      server.startServer();
      server.awaitReady();

      assertThat(tried(server, job).path("due_at").asText()).isEqualTo(due);
      assertThat(Patience.until(() -> receiver.received().size() == 2, PATIENCE)).isTrue();
      assertThat(receiver.received().get(0).id()).isEqualTo(receiver.received().get(1).id());
      assertThat(Patience.until(() -> state(server, job).equals("DELIVERED"), PATIENCE)).isTrue();
      JsonNode whole = server.get("/api/callbacks/" + tried(server, job).path("id").asText());
      assertThat(whole.path("attempts")).hasSize(2);
    } finally {
      server.stop();
    }
  }

  private static String state(ServerUnderTest server, String job) {
    return tried(server, job).path("state").asText();
  }

  private static JsonNode tried(ServerUnderTest server, String job) {
    try {
      return server.get("/api/jobs/" + job + "/callbacks").path("deliveries").path(0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
