package io.holdfast.execution.process;

import io.holdfast.platform.DurableFiles;
import io.holdfast.platform.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Unpacks the runner. Its name holds its digest, so that an upgrade never changes the script under
 * a shell that is still reading it.
 */
final class RunnerScript {
  private static final String RESOURCE = "/io/holdfast/execution/runner.sh";

  private RunnerScript() {}

  static Path unpack(Path home, DurableFiles files) throws IOException {
    byte[] content = content();
    Path directory = home.resolve("runner");
    Path script = directory.resolve("runner-" + Sha256.of(content).substring(0, 16) + ".sh");
    if (!Files.exists(script) || !Arrays.equals(Files.readAllBytes(script), content)) {
      files.createDirectories(directory);
      files.replace(script, content);
    }
    return script;
  }

  private static byte[] content() throws IOException {
    try (InputStream resource = RunnerScript.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      return resource.readAllBytes();
    }
  }
}
