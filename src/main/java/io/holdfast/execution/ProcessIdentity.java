package io.holdfast.execution;

/**
 * Names one process for ever: a pid alone is reused.
 *
 * @param startTicks when it started, in clock ticks since boot (field 22 of {@code
 *     /proc/<pid>/stat}); kept across exec
 */
public record ProcessIdentity(long pid, long startTicks, String bootId) {

  /** Whether {@code seen}, looked at in boot {@code currentBootId}, is this process. */
  public boolean matches(KernelProcess seen, String currentBootId) {
    return bootId.equals(currentBootId) && pid == seen.pid() && startTicks == seen.startTicks();
  }

  @Override
  public String toString() {
    return pid + " (start ticks " + startTicks + ")";
  }
}
