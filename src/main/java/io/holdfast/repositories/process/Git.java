package io.holdfast.repositories.process;

import io.holdfast.repositories.GitFailed;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs git, safely: see {@link GitEnvironment} for what it may not do.
 *
 * <p>The chain is {@code setsid flock timeout sh}. Its own session makes it one process group that
 * can be killed as a whole. The locks are inherited by every descendant: a git left over by a
 * killed server keeps its successor out until it has ended, and its deadline ends it without us.
 */
public final class Git {

  private static final String REMOVE = GitScript.load(Git.class, "remove.sh");

  /**
   * What a script leaves running, for example the transport of a git that was killed, ends with it.
   */
  private static final String ENDS_ALONE = "trap 'trap \"\" TERM; kill -TERM 0' EXIT\n";

  private static final int EXIT_LOCKED = 75;
  private static final int EXIT_TIMED_OUT = 124;
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration STRAGGLERS = Duration.ofSeconds(1);

  /** How a script ended. */
  public record Ended(int exitCode, String output) {}

  /**
   * Runs {@code script} to its end.
   *
   * @throws GitFailed if it cannot start, does not get its locks, or runs out of time
   * @throws InterruptedException if the thread was interrupted: nothing of it runs any more
   */
  public Ended run(GitScript script) throws GitFailed, InterruptedException {
    Process process = start(script);
    try {
      Drain output = Drain.start(process.getInputStream());
      Duration limit = script.timeout().plus(GRACE.multipliedBy(2));
      for (int i = 0; i < script.locks().size(); i++) {
        limit = limit.plus(script.lockWait());
      }
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw timedOut(script);
      }
      return switch (process.exitValue()) {
        case EXIT_LOCKED ->
            throw new GitFailed("another git command works on this repository for too long", true);
        case EXIT_TIMED_OUT -> throw timedOut(script);
        default -> new Ended(process.exitValue(), output.tail(STRAGGLERS));
      };
    } finally {
      killGroup(process);
    }
  }

  /**
   * Removes trees under {@code lock}, without following symbolic links; what is not there is
   * removed already.
   */
  public void removeTrees(List<Path> trees, GitScript.Lock lock, Duration timeout)
      throws GitFailed, InterruptedException {
    List<String> arguments = trees.stream().map(Path::toString).toList();
    Ended ended = run(new GitScript(REMOVE, arguments, null, List.of(lock), timeout, timeout));
    if (ended.exitCode() != 0) {
      throw GitFailure.of(ended, null, true);
    }
  }

  private static Process start(GitScript script) throws GitFailed {
    ProcessBuilder builder = new ProcessBuilder(command(script));
    GitEnvironment.apply(builder.environment(), script.remote());
    builder.directory(new File("/"));
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new GitFailed("git cannot be started: " + e.getMessage(), true);
    }
  }

  private static List<String> command(GitScript script) {
    List<String> command = new ArrayList<>(List.of("setsid"));
    for (GitScript.Lock lock : script.locks()) {
      command.addAll(
          List.of(
              "flock",
              "--no-fork",
              lock.shared() ? "--shared" : "--exclusive",
              "--wait",
              Long.toString(script.lockWait().toSeconds()),
              "--conflict-exit-code",
              Integer.toString(EXIT_LOCKED),
              lock.file().toString()));
    }
    command.addAll(
        List.of(
            "timeout",
            "--kill-after=" + GRACE.toSeconds(),
            Long.toString(script.timeout().toSeconds()),
            "sh",
            "-c",
            ENDS_ALONE + script.text(),
            "holdfast-git"));
    command.addAll(script.arguments());
    return command;
  }

  private static GitFailed timedOut(GitScript script) {
    return new GitFailed(
        "git did not end within " + script.timeout().toSeconds() + " seconds", true);
  }

  /** Its process id is its group's, and cannot be another's while we have not seen its end. */
  private static void killGroup(Process process) {
    if (!process.isAlive()) {
      return;
    }
    try {
      Process kill =
          new ProcessBuilder("sh", "-c", "kill -KILL -\"$1\"", "sh", Long.toString(process.pid()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      awaitUninterruptibly(kill);
    } catch (IOException e) {
      // No process can be started now: then at least the one we have.
    }
    process.destroyForcibly();
    awaitUninterruptibly(process);
  }

  private static void awaitUninterruptibly(Process process) {
    boolean interrupted = Thread.interrupted();
    try {
      process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
