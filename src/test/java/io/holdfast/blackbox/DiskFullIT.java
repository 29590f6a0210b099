package io.holdfast.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.testing.SmallDisk;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk under the home directory runs full while jobs run. */
class DiskFullIT {

  @TempDir private Path directory;

  @Test
  void aFullDiskIsSaidClearlyAndNothingIsTornAndItGoesOnWhenThereIsRoom() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(directory, "8m")) {
      ServerUnderTest server = ServerUnderTest.start(directory, disk.root().resolve("home"));
      try {
        Path gate = directory.resolve("gate");
        String running =
            server.shell(
                "echo begun; i=0; while [ ! -e \"$1\" ] && [ $((i+=1)) -lt 3000 ]; do sleep 0.1; done; exit 4",
                gate.toString());
        server.awaitState(running, "RUNNING"::equals);
        disk.fill();

        HttpResponse<byte[]> refused =
            server.call("POST", "/api/jobs", "{\"engine\":\"shell\",\"command\":[\"true\"]}");
        Files.createFile(gate);
        JsonNode ended = server.awaitEnd(running);

        assertThat(refused.statusCode()).isEqualTo(507);
        assertThat(ServerUnderTest.text(refused))
            .contains("urn:holdfast:problem:insufficient-storage");
        assertThat(ended.get("exit_code").asInt()).isEqualTo(4);
        assertThat(new String(server.output(running), UTF_8)).isEqualTo("begun\n");
        assertThat(temporaryFiles(server.home())).isEmpty();

        disk.makeRoom();
        JsonNode after = server.awaitEnd(server.shell("echo again"));
        assertThat(after.get("state").asText()).isEqualTo("COMPLETED");
      } finally {
        server.stop();
      }
    }
  }

  private static Stream<Path> temporaryFiles(Path home) throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(".hf-tmp-"))
          .toList()
          .stream();
    }
  }
}
