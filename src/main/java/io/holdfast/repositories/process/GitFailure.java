package io.holdfast.repositories.process;

import io.holdfast.repositories.GitFailed;
import io.holdfast.repositories.GitUnreachable;
import io.holdfast.repositories.GitUrl;
import org.jspecify.annotations.Nullable;

/** Reads a failure out of what git printed. */
public final class GitFailure {

  private GitFailure() {}

  /**
   * The failure, as an exception to throw.
   *
   * @param remote what git talked to, null if nothing; its credentials do not get into the message
   * @param cloneUsable whether the clone is usable as far as the exit code tells
   */
  public static GitFailed of(Git.Ended ended, @Nullable GitUrl remote, boolean cloneUsable) {
    GitMessage message = GitMessage.of(ended.output(), remote);
    if (message.tellsOfFullDisk()) {
      return new GitFailed("the server's disk is full: " + message.text(), cloneUsable);
    }
    if (message.tellsOfAbsentRemote()) {
      return new GitUnreachable(message.text(), cloneUsable);
    }
    String reason =
        message.text().isEmpty() ? "git ended with " + ended.exitCode() : message.text();
    return new GitFailed(reason, cloneUsable && !message.tellsOfDamage());
  }
}
