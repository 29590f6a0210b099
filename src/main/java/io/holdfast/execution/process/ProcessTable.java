package io.holdfast.execution.process;

import io.holdfast.execution.KernelProcess;
import io.holdfast.execution.ProcessIdentity;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All processes of the machine at one time, and which of them belong to an attempt.
 *
 * @param takenAt {@link System#nanoTime} before the first was read
 */
record ProcessTable(ProcFs proc, long uid, Map<Long, KernelProcess> byPid, long takenAt) {

  static ProcessTable read(ProcFs proc) {
    long takenAt = System.nanoTime();
    Map<Long, KernelProcess> byPid =
        proc.processes().stream()
            .collect(Collectors.toMap(KernelProcess::pid, process -> process, (a, b) -> b));
    return new ProcessTable(proc, proc.uid(), byPid, takenAt);
  }

  boolean isYoungerThan(Duration age) {
    return System.nanoTime() - takenAt < age.toNanos();
  }

  /** Live processes of ours in the session that {@code leader} opened. */
  Stream<KernelProcess> session(@Nullable ProcessIdentity leader) {
    return ours(inSession(leader));
  }

  /**
   * Live processes of ours that descend from the launch {@code token}: by cookie, or in the
   * command's session. What the runner itself needs is not among them while it lives; a moment
   * after its death its helpers may be.
   */
  Stream<KernelProcess> members(
      UUID token, @Nullable ProcessIdentity command, @Nullable ProcessIdentity runner) {
    boolean runnerLives = runner != null && runs(runner);
    Predicate<KernelProcess> runnersOwn = inSession(runner);
    Predicate<KernelProcess> commands = inSession(command);
    return ours(
        process ->
            runnersOwn.test(process)
                ? !runnerLives
                : commands.test(process) || proc.carries(process.pid(), token));
  }

  private boolean runs(ProcessIdentity process) {
    KernelProcess seen = byPid.get(process.pid());
    return seen != null && seen.runs() && seen.startTicks() == process.startTicks();
  }

  private Stream<KernelProcess> ours(Predicate<KernelProcess> which) {
    return byPid.values().stream()
        .filter(process -> process.runs() && process.uid() == uid)
        .filter(which);
  }

  /** A session's number is its leader's pid, and is not reused while a member lives. */
  private Predicate<KernelProcess> inSession(@Nullable ProcessIdentity leader) {
    if (leader == null) {
      return process -> false;
    }
    KernelProcess seen = byPid.get(leader.pid());
    boolean taken = seen != null && seen.startTicks() != leader.startTicks();
    return process ->
        !taken && process.session() == leader.pid() && process.startTicks() >= leader.startTicks();
  }
}
