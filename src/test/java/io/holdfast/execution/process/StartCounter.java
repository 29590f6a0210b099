package io.holdfast.execution.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.execution.Handle;
import io.holdfast.execution.LaunchSpec;
import io.holdfast.execution.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Counts how often the command of an attempt really started, and asks recovery's questions: the
 * answers must never contradict the count.
 */
final class StartCounter {
  private final ExecutionLab lab;

  StartCounter(ExecutionLab lab) {
    this.lab = lab;
  }

  LaunchSpec command() {
    return new LaunchSpec(
        List.of("sh", "-c", "echo started >>\"$HOLDFAST_SESSION_ID.starts\"; exit 5"),
        null,
        Map.of(),
        lab.home,
        "shell");
  }

  long starts(Handle handle) {
    Path file = lab.home.resolve(handle.session() + ".starts");
    try {
      return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Looks until the verdict is final, and judges it. */
  Observation recover(Handle handle, LocalExecutor recovery) {
    boolean revoked = recovery.revoke(handle);
    ExecutionLab.await(() -> isFinal(recovery.observe(handle)));
    Observation verdict = recovery.observe(handle);
    ExecutionLab.await(() -> lab.carriers(handle).isEmpty());
    long starts = starts(handle);
    assertThat(starts).as("starts of %s: %s", handle, verdict).isLessThanOrEqualTo(1);
    if (revoked || verdict instanceof Observation.NeverStarted) {
      assertThat(starts).as("unsafe (revoked: %s): %s", revoked, verdict).isZero();
    }
    if (verdict instanceof Observation.Exited exited) {
      assertThat(exited.exitCode()).isIn(starts == 1 ? List.of(5, 137) : List.of(137));
    }
    if (revoked) {
      assertThat(verdict).isInstanceOf(Observation.NeverStarted.class);
    }
    assertThat(recovery.observe(handle)).as("a final verdict stays").hasSameClassAs(verdict);
    return verdict;
  }

  private static boolean isFinal(Observation seen) {
    return seen instanceof Observation.Exited
        || seen instanceof Observation.Lost
        || seen instanceof Observation.NeverStarted;
  }
}
