package io.holdfast.execution.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.holdfast.execution.Handle;
import io.holdfast.execution.Observation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills at every system call: the N-th of each kind, for N = 1, 2, ... until there is none. First
 * the runner alone, then whichever process of the attempt comes to its N-th.
 */
@Timeout(300)
class RunnerSweepIT {
  private static final List<String> CALLS =
      List.of(
          "openat",
          "write",
          "close",
          "execve",
          "clone,vfork,fork",
          "fcntl,dup2",
          "wait4",
          "flock",
          "fsync",
          "setsid",
          "umask",
          "kill",
          "rt_sigaction",
          "exit_group");
  private static final int MOST = 60;

  @TempDir Path home;

  @BeforeAll
  static void straceIsThere() {
    boolean there = Files.isExecutable(Path.of("/usr/bin/strace"));
    if (!there) {
      System.err.println("SKIPPED: no strace, so the runner is not killed at its system calls");
    }
    assumeThat(there).as("strace (apt-get install strace)").isTrue();
  }

  @Test
  void theRunnerMayDieAtAnySystemCall() throws Exception {
    sweep(List.of());
  }

  @Test
  void anyProcessOfAnAttemptMayDieAtAnySystemCall() throws Exception {
    sweep(List.of("-f"));
  }

  private void sweep(List<String> follow) throws Exception {
    Map<String, AtomicInteger> verdicts = new ConcurrentSkipListMap<>();
    AtomicInteger kills = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try (ExecutionLab lab = new ExecutionLab(home, Duration.ofSeconds(30))) {
      StartCounter counter = new StartCounter(lab);
      LocalExecutor recovery = lab.restarted();
      List<Future<?>> running = new ArrayList<>();
      for (String call : CALLS) {
        running.add(
            threads.submit(
                () -> {
                  for (int n = 1; n <= MOST; n++) {
                    Handle handle = lab.prepare(counter.command());
                    boolean killed = launch(lab, handle, follow, call, n);
                    Observation verdict = counter.recover(handle, recovery);
                    String name = verdict.getClass().getSimpleName();
                    if (!killed) {
                      assertThat(name).as("%s %s, unharmed", call, n).isEqualTo("Exited");
                      return null;
                    }
                    kills.incrementAndGet();
                    verdicts.computeIfAbsent(name, key -> new AtomicInteger()).incrementAndGet();
                  }
                  throw new AssertionError("no end of " + call);
                }));
      }
      for (Future<?> sweep : running) {
        sweep.get();
      }
    } finally {
      threads.shutdownNow();
    }
    System.out.println("sweep " + follow + ": " + kills + " kills, verdicts " + verdicts);
    assertThat(kills.get()).isGreaterThan(60);
    assertThat(verdicts).containsKeys("NeverStarted", "Lost", "Exited");
  }

  /** True if something was killed. */
  private static boolean launch(
      ExecutionLab lab, Handle handle, List<String> follow, String call, int n) throws Exception {
    Path log = lab.files(handle).directory().resolve("strace.log");
    List<String> command = new ArrayList<>(List.of("strace", "-o", log.toString()));
    command.addAll(follow);
    command.addAll(
        List.of("-e", "trace=" + call, "-e", "inject=" + call + ":signal=KILL:when=" + n));
    RunnerLaunch launch = Runners.launch(lab);
    ProcessBuilder builder = launch.command(lab.files(handle), handle, Instant.now());
    command.addAll(builder.command());
    builder.command(command).start().waitFor();
    return killedIn(log);
  }

  private static boolean killedIn(Path log) throws IOException {
    return Files.readString(log, StandardCharsets.ISO_8859_1).contains("killed by SIGKILL");
  }
}
