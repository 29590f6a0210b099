package io.holdfast.execution;

import java.util.Optional;

/**
 * What the kernel says of one process.
 *
 * @param state the letter of {@code /proc/<pid>/stat}
 * @param group process group
 * @param startTicks clock ticks since boot
 * @param uid effective owner
 */
public record KernelProcess(
    long pid, char state, long group, long session, long startTicks, long uid) {

  /** False for a zombie: {@code kill -0} and {@code ProcessHandle.isAlive()} take it for alive. */
  public boolean runs() {
    return state != 'Z' && state != 'X' && state != 'x';
  }

  /**
   * Reads one line of {@code /proc/<pid>/stat}. The name in it is the process's own choice and may
   * hold blanks and parentheses, so all is counted from the last one.
   *
   * @return empty if the line is not whole
   */
  public static Optional<KernelProcess> parse(String stat, long uid) {
    int open = stat.indexOf(" (");
    int close = stat.lastIndexOf(") ");
    if (open < 1 || close < open) {
      return Optional.empty();
    }
    String[] fields = stat.substring(close + 2).trim().split(" ", -1);
    if (fields.length < 20 || fields[0].length() != 1) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new KernelProcess(
              Long.parseLong(stat.substring(0, open)),
              fields[0].charAt(0),
              Long.parseLong(fields[2]),
              Long.parseLong(fields[3]),
              Long.parseLong(fields[19]),
              uid));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
