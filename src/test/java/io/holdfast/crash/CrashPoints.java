package io.holdfast.crash;

import io.holdfast.callbacks.OutboxTransactions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every step of this server that something outside of it could see, by name, and a real {@code kill
 * -9} of this JVM at one of them. Only one step is taken at a time, so that nothing happens after
 * the one that kills.
 */
final class CrashPoints {

  private static final Pattern ID =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
  private static final Pattern LAMBDA = Pattern.compile("lambda\\$(\\w+)\\$\\d+");

  private final Path home;
  private final OutputStream log;
  private final OutputStream killer;
  private final Map<String, Integer> seen = new HashMap<>();
  private final Map<String, String> jobs = new HashMap<>();
  private String phase = "start";
  private @Nullable String target;

  /**
   * @param log gets a line per step
   */
  CrashPoints(Path home, Path log) throws IOException {
    this.home = home;
    this.log = Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    // Waits with the signal at hand: it comes at once, and the end of its input is no reason to
    // send it.
    this.killer =
        new ProcessBuilder("sh", "-c", "read -r go && kill -9 " + ProcessHandle.current().pid())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .getOutputStream();
  }

  /**
   * What follows is {@code phase}; this server dies at its step {@code target}, if it gets there.
   */
  synchronized void enter(String newPhase, @Nullable String newTarget) {
    phase = newPhase;
    target = newTarget;
    seen.clear();
    jobs.clear();
  }

  synchronized void at(String step) {
    String name = phase + ": " + step;
    int count = seen.merge(name, 1, Integer::sum);
    String key = count == 1 ? name : name + " (" + count + ")";
    try {
      log.write((key + "\n").getBytes(StandardCharsets.UTF_8));
      if (key.equals(target)) {
        killer.write('\n');
        killer.flush();
        while (true) {
          LockSupport.park(); // with the monitor: no other thread takes a step any more
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A path as a step's name has it: the first job that is seen is job1, all other ids go. */
  synchronized String name(Path path) {
    String relative = path.startsWith(home) ? home.relativize(path).toString() : "home's parent";
    Matcher ids = ID.matcher(relative.isEmpty() ? "home" : relative);
    return ids.replaceAll(
        id ->
            path.startsWith(home.resolve("jobs").resolve(id.group()))
                ? jobs.computeIfAbsent(id.group(), job -> "job" + (jobs.size() + 1))
                : "*");
  }

  /** The two methods of ours that led here. */
  static String caller() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .map(CrashPoints::name)
                    .filter(Objects::nonNull)
                    .distinct()
                    .limit(2)
                    .collect(Collectors.joining(" of ")));
  }

  private static @Nullable String name(StackWalker.StackFrame frame) {
    String type = frame.getClassName();
    if (!type.startsWith("io.holdfast.")
        || type.startsWith("io.holdfast.crash.")
        || type.startsWith("io.holdfast.testing.")
        || type.startsWith("io.holdfast.platform.")
        || type.startsWith(OutboxTransactions.class.getName())) {
      return null;
    }
    String method = LAMBDA.matcher(frame.getMethodName()).replaceAll("$1");
    return type.substring(type.lastIndexOf('.') + 1).replaceAll("\\$.*", "") + "." + method;
  }
}
