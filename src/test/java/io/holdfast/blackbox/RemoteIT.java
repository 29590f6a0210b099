package io.holdfast.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.repositories.GitSource;
import io.holdfast.repositories.HttpGitServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A remote that is away for a while, and one that does not let us in. */
class RemoteIT {

  @TempDir private Path directory;

  @Test
  void aRemoteThatIsAwayIsTriedAgainAndOneThatRefusesUsIsNot() throws Exception {
    GitSource source = GitSource.create(directory.resolve("source"));
    ServerUnderTest server = ServerUnderTest.start(directory, directory.resolve("home"));
    try (HttpGitServer remote = new HttpGitServer(source.directory().resolve(".git"))) {
      remote.refuse(3);
      register(server, remote.url("anna:s3cret@"));
      Await.until(
          "the repository is ready", ServerUnderTest.PATIENCE, () -> state(server).equals("READY"));
      assertThat(remote.refused()).isEqualTo(3);

      remote.refuse(2);
      JsonNode patient = server.awaitEnd(job(server));
      assertThat(patient.get("state").asText()).isEqualTo("COMPLETED");
      assertThat(remote.refused()).isEqualTo(5);

      remote.demand("anna:other");
      JsonNode refused = server.awaitEnd(job(server));
      assertThat(refused.get("state").asText()).isEqualTo("FAILED");
      assertThat(refused.get("reason").asText())
          .startsWith("repository remote: ")
          .contains("Authentication failed")
          .doesNotContain("s3cret");

      remote.demand("anna:s3cret");
      remote.refuse(1000);
      JsonNode away = server.awaitEnd(job(server));
      assertThat(away.get("state").asText()).isEqualTo("FAILED");
      assertThat(away.get("reason").asText()).contains("503");
      // Each of five tries asks once or twice.
      assertThat(remote.refused()).isBetween(10, 15);
    } finally {
      server.stop();
    }
  }

  private static String state(ServerUnderTest server) {
    try {
      return server.get("/api/repositories/remote").get("state").asText();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void register(ServerUnderTest server, String url) throws Exception {
    String body = ServerUnderTest.JSON.writeValueAsString(Map.of("name", "remote", "git_url", url));
    assertThat(server.call("POST", "/api/repositories", body).statusCode()).isEqualTo(201);
  }

  private static String job(ServerUnderTest server) throws Exception {
    return server.submit(
        Map.of("engine", "shell", "command", List.of("cat", "README.md"), "repository", "remote"));
  }
}
