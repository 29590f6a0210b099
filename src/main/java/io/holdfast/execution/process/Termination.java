package io.holdfast.execution.process;

import io.holdfast.execution.Claim;
import io.holdfast.execution.Handle;
import io.holdfast.execution.KernelProcess;
import io.holdfast.execution.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends the processes of an attempt. Every signal goes to a process whose identity was checked just
 * before.
 */
record Termination(ProcFs proc, ProcessTables tables, Tools tools, String bootId) {

  /** Asks the command's process group to end; false if nothing runs yet that could be asked. */
  boolean ask(AttemptFiles attempt, Handle handle) {
    Optional<KernelProcess> leader = leader(attempt);
    if (leader.isPresent()) {
      signal("TERM", -leader.get().pid());
      return true;
    }
    List<KernelProcess> left = members(attempt, handle);
    left.forEach(member -> end(member, false));
    return !left.isEmpty();
  }

  /** Kills all that belongs to the command, also what left its session. */
  void kill(AttemptFiles attempt, Handle handle) {
    leader(attempt).ifPresent(leader -> signal("KILL", -leader.pid()));
    members(attempt, handle).forEach(member -> end(member, true));
  }

  /** Continues a runner that has nothing left to wait for, or kills it. */
  void release(AttemptFiles attempt, boolean forcibly) {
    runner(attempt)
        .filter(seen -> seen.uid() == proc.uid())
        .ifPresent(runner -> signal(forcibly ? "KILL" : "CONT", runner.pid()));
  }

  /** No process of the command runs; its runner may. */
  boolean isOver(AttemptFiles attempt, Handle handle) {
    return members(attempt, handle).isEmpty();
  }

  private Optional<KernelProcess> runner(AttemptFiles attempt) {
    return AttemptReader.claim(attempt) instanceof Claim.By by
        ? proc.process(by.runner().pid())
            .filter(seen -> by.runner().matches(seen, bootId) && seen.runs())
        : Optional.empty();
  }

  /** The command, once it leads its own session. */
  private Optional<KernelProcess> leader(AttemptFiles attempt) {
    ProcessIdentity command = AttemptReader.command(attempt, bootId);
    return command == null
        ? Optional.empty()
        : proc.process(command.pid())
            .filter(seen -> command.matches(seen, bootId) && seen.runs())
            .filter(seen -> seen.group() == seen.pid() && seen.uid() == proc.uid());
  }

  private List<KernelProcess> members(AttemptFiles attempt, Handle handle) {
    @Nullable ProcessIdentity runner =
        AttemptReader.claim(attempt) instanceof Claim.By by ? by.runner() : null;
    ProcessIdentity command = AttemptReader.command(attempt, bootId);
    return tables.fresh().members(handle.token(), command, runner).toList();
  }

  /** The handle remembers the start time, so that a pid reused since is spared. */
  private void end(KernelProcess member, boolean forcibly) {
    ProcessHandle.of(member.pid())
        .filter(
            handle ->
                proc.process(member.pid())
                    .filter(seen -> seen.startTicks() == member.startTicks())
                    .isPresent())
        .ifPresent(handle -> signal(handle, forcibly));
  }

  private static void signal(ProcessHandle handle, boolean forcibly) {
    if (forcibly) {
      handle.destroyForcibly();
    } else {
      handle.destroy();
    }
  }

  /**
   * @param target a pid, or a process group as its negative
   */
  private void signal(String name, long target) {
    try {
      new ProcessBuilder(tools.sh(), "-c", "kill \"-$1\" \"$2\"", "sh", name, Long.toString(target))
          .redirectOutput(Redirect.DISCARD)
          .redirectError(Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot signal " + target, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
