package io.holdfast.execution.process;

import io.holdfast.execution.AttemptKey;
import io.holdfast.execution.Handle;
import io.holdfast.execution.LaunchSpec;
import io.holdfast.platform.DurableFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A server of its own, for a test to kill: starts one job and waits. */
final class ServerThatDies {
  private ServerThatDies() {}

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    try (LocalExecutor executor =
        new LocalExecutor(
            home,
            new DurableFiles(),
            InstantSource.system(),
            new LocalSettings(Duration.ofSeconds(30)))) {
      Handle handle =
          new Handle(
              new AttemptKey(UUID.fromString(arguments[1]), 1),
              UUID.fromString(arguments[2]),
              UUID.fromString(arguments[3]),
              executor.bootId());
      String script =
          ": >$HOLDFAST_SESSION_ID.hold; echo ready;"
              + " while [ -e $HOLDFAST_SESSION_ID.hold ]; do sleep 0.05; done; echo done; exit 23";
      executor.prepare(
          handle, new LaunchSpec(List.of("sh", "-c", script), null, Map.of(), home, "shell"));
      executor.submit(handle);
      Thread.currentThread().join();
    }
  }
}
