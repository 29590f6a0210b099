package io.holdfast.execution.process;

import io.holdfast.execution.Handle;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * Starts the runner of a prepared attempt: in its own session, with files for all three
 * descriptors, so that nothing ties it to this server.
 *
 * @param umask the command's, octal
 */
record RunnerLaunch(
    Tools tools, Path script, LocalSettings settings, String host, String bootId, String umask) {

  /**
   * The runner, a child of ours as long as we live; the JVM reaps it.
   *
   * @throws IOException if no process could be made: nothing runs then
   */
  Process start(AttemptFiles attempt, Handle handle, Instant now) throws IOException {
    return command(attempt, handle, now).start();
  }

  ProcessBuilder command(AttemptFiles attempt, Handle handle, Instant now) throws IOException {
    String engine = RecordFormat.engine(Files.readAllBytes(attempt.spec()));
    ProcessBuilder builder =
        new ProcessBuilder(
            tools.setsid(),
            tools.flock(),
            "-n",
            "-E",
            "99",
            "-F",
            attempt.lock().getFileName().toString(),
            tools.sh(),
            script.toString(),
            settings.heartbeatSeconds(),
            Long.toString(now.getEpochSecond()),
            bootId,
            umask,
            RecordFormat.sentinelHead(handle, engine, host));
    builder.directory(attempt.directory().toFile());
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(Redirect.appendTo(attempt.runnerLog().toFile()));
    builder.redirectErrorStream(true);
    identify(builder.environment(), attempt, handle);
    return builder;
  }

  private static void identify(
      Map<String, String> environment, AttemptFiles attempt, Handle handle) {
    // The server's own settings hold secrets, which are no job's business.
    environment.keySet().removeIf(name -> name.startsWith("HOLDFAST_"));
    environment.put("LC_ALL", "C"); // saves each program of the runner from loading a locale
    environment.put("HOLDFAST_JOB_ID", handle.key().job().toString());
    environment.put("HOLDFAST_ATTEMPT", Integer.toString(handle.key().attempt()));
    environment.put("HOLDFAST_SESSION_ID", handle.session().toString());
    environment.put("HOLDFAST_COOKIE", handle.token().toString());
    if (Files.exists(attempt.prompt())) {
      environment.put("HOLDFAST_PROMPT_FILE", attempt.prompt().toString());
    }
  }
}
