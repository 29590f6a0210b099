package io.holdfast.repositories.process;

import io.holdfast.repositories.BranchName;
import io.holdfast.repositories.GitUrl;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One piece of git work: a fixed POSIX shell text and its arguments, which are data and never part
 * of the text.
 *
 * @param remote what it talks to; null if nothing leaves this machine
 * @param locks files to hold an advisory lock on, in this order, from before the first command
 *     until its last descendant has ended
 * @param timeout for the work, once it has the locks
 * @param lockWait how long to wait for each lock
 */
public record GitScript(
    String text,
    List<String> arguments,
    @Nullable GitUrl remote,
    List<Lock> locks,
    Duration timeout,
    Duration lockWait) {

  /** A lock that dies with its holders, not with this server. */
  public record Lock(Path file, boolean shared) {}

  public GitScript {
    arguments = List.copyOf(arguments);
    locks = List.copyOf(locks);
  }

  /** A branch for {@code printf %b}: ASCII survives whatever locale the server runs in. */
  public static String escaped(@Nullable BranchName branch) {
    if (branch == null) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (byte b : branch.value().getBytes(StandardCharsets.UTF_8)) {
      text.append(String.format(Locale.ROOT, "\\0%03o", b & 0xff));
    }
    return text.toString();
  }

  /** Reads a script that lies beside {@code owner}. */
  public static String load(Class<?> owner, String resource) {
    try (InputStream in = owner.getResourceAsStream(resource)) {
      return new String(
          Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
