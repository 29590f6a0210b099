package io.holdfast.execution.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.execution.Handle;
import io.holdfast.execution.Observation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runner x recovery x second runner x a kill, at random distances. */
@Timeout(170)
class RunnerRaceIT {
  private static final int ROUNDS = 150;

  @TempDir Path home;

  @Test
  void whoeverComesFirstTheCommandStartsAtMostOnceAndNoVerdictIsUnsafe() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<String, Integer> verdicts = new TreeMap<>();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try (ExecutionLab lab = new ExecutionLab(home, Duration.ofSeconds(30))) {
      StartCounter counter = new StartCounter(lab);
      LocalExecutor recovery = lab.restarted();
      RunnerLaunch runners = Runners.launch(lab);
      for (int round = 0; round < ROUNDS; round++) {
        Handle handle = lab.prepare(counter.command());
        boolean kill = random.nextInt(4) == 0;
        boolean late = !kill && random.nextInt(3) == 0; // recovery comes when a runner has claimed
        long first = random.nextInt(15_000);
        long second = random.nextInt(15_000);
        long look = random.nextInt(80_000);
        Future<Process> one = threads.submit(() -> start(runners, lab, handle, first));
        Future<Process> two = threads.submit(() -> start(runners, lab, handle, second));
        Future<Observation> verdict =
            threads.submit(
                () -> {
                  pause(look);
                  if (late) {
                    ExecutionLab.await(() -> Files.exists(lab.files(handle).claim()));
                  }
                  return counter.recover(handle, recovery);
                });
        if (kill) {
          pause(random.nextInt(20_000));
          one.get().destroyForcibly();
        }
        String seen = verdict.get().getClass().getSimpleName();
        assertThat(one.get().waitFor()).isIn(0, 99, 137);
        assertThat(two.get().waitFor()).isIn(0, 99, 137);
        assertThat(counter.starts(handle)).as("round %s, seed %s", round, seed).isLessThan(2);
        verdicts.merge(seen, 1, Integer::sum);
      }
    } finally {
      threads.shutdownNow();
    }
    System.out.println("race, " + ROUNDS + " rounds, seed " + seed + ": " + verdicts);
    assertThat(verdicts).containsKeys("Exited", "NeverStarted");
  }

  private static Process start(RunnerLaunch runners, ExecutionLab lab, Handle handle, long micros)
      throws Exception {
    pause(micros);
    return runners.start(lab.files(handle), handle, Instant.now());
  }

  private static void pause(long micros) {
    LockSupport.parkNanos(micros * 1000);
  }
}
