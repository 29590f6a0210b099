package io.holdfast.recovery;

import static io.holdfast.recovery.PhaseDouble.critical;
import static io.holdfast.recovery.PhaseDouble.degrading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.testing.TestClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RecoveryTest {

  private static final Duration RESTART = Duration.ofSeconds(30);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Readiness readiness = new Readiness();
  private final TestClock clock = new TestClock();
  private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
  private LogDouble log = new LogDouble();
  private Runnable migrate = () -> {};
  private Runnable inPause = () -> {};

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private void recover(RecoveryPhase... phases) throws InterruptedException {
    new Recovery(
            Arrays.asList(phases),
            log,
            List.of(
                new Recovery.Preparation(
                    "DatabaseMigration", "migrate_schema", "the schema", () -> migrate.run())),
            new Recovery.Identity("host", "boot"),
            readiness,
            threads,
            clock,
            duration -> {
              pauses.add(duration);
              clock.advance(duration);
              inPause.run();
            })
        .run();
  }

  @Test
  void theMarkerIsFirstWrittenAroundEveryPhaseAndClosedLast() throws InterruptedException {
    recover(critical("queue"), degrading("jobs", "queue"));

    assertThat(log.written)
        .containsExactly(
            "open",
            "end DatabaseMigration SUCCESS",
            "end StartupDetection SUCCESS",
            "start queue",
            "end queue SUCCESS",
            "start jobs",
            "end jobs SUCCESS",
            "close");
    assertThat(readiness.isReady()).isTrue();
    assertThat(readiness.status().text()).isEqualTo("ready");
    assertThat(pauses).isEmpty();
  }

  @Test
  void phasesThatCannotBeOrderedStopTheStart() {
    assertThatThrownBy(() -> recover(critical("queue", "nothing")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("queue");
    assertThat(log.written).isEmpty();
  }

  @Test
  void independentPhasesRunSideBySide() throws InterruptedException {
    CyclicBarrier bothAtWork = new CyclicBarrier(2);
    Runnable meet =
        () -> {
          try {
            bothAtWork.await(20, TimeUnit.SECONDS);
          } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
          }
        };

    recover(
        critical("queue"),
        critical("locks", "queue").running(meet),
        critical("jobs", "queue").running(meet));

    assertThat(pauses).as("they met at the first try").isEmpty();
  }

  @Test
  void aPhaseWaitsForAllThatItDependsOn() throws InterruptedException {
    CountDownLatch fast = new CountDownLatch(1);
    List<String> ended = Collections.synchronizedList(new ArrayList<>());

    recover(
        critical("slow")
            .running(
                () -> {
                  try {
                    fast.await();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  ended.add("slow");
                }),
        critical("fast")
            .running(
                () -> {
                  ended.add("fast");
                  fast.countDown();
                }),
        critical("last", "slow", "fast").running(() -> ended.add("last")));

    assertThat(ended).containsExactly("fast", "slow", "last");
  }

  @Test
  void whatAPhaseReportsIsLogged() throws InterruptedException {
    ResourceError error = new ResourceError("job:1", "sentinel is corrupt", "set aside");

    recover(
        critical("jobs").doing(run -> new PhaseReport(Map.of("reattached", 3L), List.of(error))));

    Operation operation = log.last("jobs");
    assertThat(operation.operation()).isEqualTo("do_jobs");
    assertThat(operation.timestamp()).isEqualTo(TestClock.START);
    assertThat(operation.counts()).containsEntry("reattached", 3L);
    assertThat(operation.errors()).containsExactly(error);
    assertThat(operation.status()).isEqualTo(Operation.Status.PARTIAL_SUCCESS);
    assertThat(log.written).last().isEqualTo("close degraded");
    assertThat(readiness.status().text()).isEqualTo("ready, degraded");
  }

  @Test
  void aFailingPhaseIsTriedAgainAtOnceThenAfterOneTwoAndFourSeconds() throws InterruptedException {
    PhaseDouble phase = critical("queue").failing(4);

    recover(phase);

    assertThat(phase.runs()).isEqualTo(5);
    assertThat(pauses)
        .containsExactly(
            Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));
    assertThat(log.last("queue").status()).isEqualTo(Operation.Status.SUCCESS);
    assertThat(log.last("queue").duration()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void anErrorIsAFailureToo() throws InterruptedException {
    recover(
        degrading("statistics")
            .running(
                () -> {
                  throw new StackOverflowError();
                }));

    assertThat(log.last("statistics").status()).isEqualTo(Operation.Status.FAILED);
    assertThat(readiness.isReady()).isTrue();
  }

  @Test
  void aCriticalFailureTakesNoWorkAndTheWholeSequenceHealsByItself() throws InterruptedException {
    PhaseDouble queue = critical("queue").failing(8);
    PhaseDouble jobs = critical("jobs", "queue");
    PhaseDouble statistics = degrading("statistics");
    List<Readiness.Status> meanwhile = new ArrayList<>();
    inPause =
        () -> {
          if (pauses.get(pauses.size() - 1).equals(RESTART)) {
            meanwhile.add(readiness.status());
          }
        };

    recover(queue, jobs, statistics);

    assertThat(meanwhile)
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status).isInstanceOf(Readiness.Blocked.class);
              assertThat(status.text()).contains("queue", "queue does not work");
            });
    assertThat(queue.runs()).isEqualTo(9);
    assertThat(jobs.runs()).as("skipped, then run").isEqualTo(1);
    assertThat(statistics.runs()).as("the whole sequence").isEqualTo(2);
    assertThat(readiness.isReady()).isTrue();
    assertThat(log.written).containsOnlyOnce("open").containsOnlyOnce("close");
    assertThat(log.written).as("the last sequence was clean").last().isEqualTo("close");
  }

  @Test
  void whatDependsOnAFailedPhaseIsSkippedAndSaysSo() throws InterruptedException {
    PhaseDouble callbacks = degrading("callbacks", "services");
    PhaseDouble afterwards = degrading("afterwards", "callbacks");

    recover(degrading("services").failingForEver(), callbacks, afterwards, critical("queue"));

    assertThat(callbacks.runs()).isZero();
    assertThat(afterwards.runs()).isZero();
    assertThat(log.last("callbacks").status()).isEqualTo(Operation.Status.FAILED);
    assertThat(log.last("callbacks").errors())
        .containsExactly(
            new ResourceError(
                "component:callbacks", "depends on services, which failed", "skipped"));
    assertThat(log.last("afterwards").errors().get(0).reason())
        .isEqualTo("depends on callbacks, which failed");
    assertThat(log.written).doesNotContain("start callbacks", "start afterwards");
    assertThat(readiness.isReady()).isTrue();
  }

  @Test
  void aDegradingFailureLetsTheRestStart() throws InterruptedException {
    PhaseDouble queue = critical("queue");

    recover(degrading("statistics").failingForEver(), queue);

    assertThat(queue.runs()).isEqualTo(1);
    assertThat(log.last("statistics").errors())
        .containsExactly(
            new ResourceError(
                "component:statistics", "statistics does not work", "the rest goes on without it"));
    assertThat(log.written).last().isEqualTo("close degraded");
    assertThat(readiness.status().text()).isEqualTo("ready, degraded");
    assertThat(pauses).doesNotContain(RESTART);
  }

  @Test
  void withoutADatabaseItWaitsAndSaysSo() throws InterruptedException {
    AtomicInteger tries = new AtomicInteger();
    migrate =
        () -> {
          if (tries.incrementAndGet() <= 6) {
            throw new IllegalStateException("migration", new IOException("refused"));
          }
        };
    List<String> meanwhile = new ArrayList<>();
    inPause = () -> meanwhile.add(readiness.status().text());

    recover(critical("queue"));

    assertThat(pauses)
        .containsExactly(
            Duration.ZERO,
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            RESTART,
            Duration.ZERO);
    assertThat(meanwhile).contains("waiting for the schema", "the schema: refused");
    assertThat(readiness.isReady()).isTrue();
  }

  @Test
  void anErrorBeforeThePhasesIsOneTryAndNotTheEnd() throws InterruptedException {
    AtomicInteger tries = new AtomicInteger();
    migrate =
        () -> {
          if (tries.incrementAndGet() <= 6) {
            throw new NoClassDefFoundError("org/flywaydb/core/Flyway");
          }
        };

    recover(critical("queue"));

    assertThat(tries).hasValue(7);
    assertThat(pauses).contains(RESTART);
    assertThat(readiness.isReady()).isTrue();
  }

  @Test
  void anErrorAmidThePhasesIsNotTheEndEither() throws InterruptedException {
    AtomicBoolean broke = new AtomicBoolean();
    log =
        new LogDouble() {
          @Override
          public void close(UUID run, Instant now, Duration total, boolean degraded) {
            if (!broke.getAndSet(true)) {
              throw new OutOfMemoryError("not really");
            }
            super.close(run, now, total, degraded);
          }
        };

    recover(critical("queue"));

    assertThat(pauses).containsExactly(RESTART);
    assertThat(readiness.isReady()).isTrue();
  }

  @Test
  void theStepThatFailedIsNamed() throws InterruptedException {
    AtomicInteger opens = new AtomicInteger();
    log =
        new LogDouble() {
          @Override
          public Opened open(String host, String bootId, Instant now) {
            if (opens.incrementAndGet() <= 5) {
              throw new IllegalStateException("no space left");
            }
            return super.open(host, bootId, now);
          }
        };
    List<String> meanwhile = new ArrayList<>();
    inPause = () -> meanwhile.add(readiness.status().text());

    recover(critical("queue"));

    assertThat(meanwhile)
        .contains("waiting for the startup marker", "the startup marker: no space left");
  }

  @Test
  void aMarkerThatIsWrittenIsNotWrittenAgain() throws InterruptedException {
    AtomicInteger ends = new AtomicInteger();
    log =
        new LogDouble() {
          @Override
          public void phaseEnded(UUID run, Operation operation) {
            if (ends.incrementAndGet() == 2) {
              throw new IllegalStateException("the connection broke");
            }
            super.phaseEnded(run, operation);
          }
        };

    recover(critical("queue"));

    assertThat(log.written)
        .containsOnlyOnce("open", "end DatabaseMigration SUCCESS", "end StartupDetection SUCCESS");
    assertThat(readiness.isReady()).isTrue();
  }

  @Test
  void nothingWaitsForWhatNoWorkDependsOn() throws InterruptedException {
    CountDownLatch ready = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    log =
        new LogDouble() {
          @Override
          public void close(UUID run, Instant now, Duration total, boolean degraded) {
            super.close(run, now, total, degraded);
            if (degraded) {
              ended.countDown();
            }
          }
        };
    ResourceError error = new ResourceError("directory:jobs", "denied", "left as it is");

    recover(
        degrading("later")
            .doing(
                run -> {
                  try {
                    ready.await();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  return new PhaseReport(Map.of(), List.of(error));
                }),
        critical("queue"));

    assertThat(readiness.status().text()).isEqualTo("ready");
    ready.countDown();
    ended.await();
    assertThat(log.last("later").status()).isEqualTo(Operation.Status.PARTIAL_SUCCESS);
    assertThat(log.written)
        .endsWith("close", "start later", "end later PARTIAL_SUCCESS", "close degraded");
  }

  @Test
  void aLogThatFailsInTheMiddleLeadsToAnotherSequenceOnlyWhenNothingIsAtWorkAnyMore()
      throws InterruptedException {
    CountDownLatch paused = new CountDownLatch(1);
    CountDownLatch broke = new CountDownLatch(1);
    AtomicBoolean overlapped = new AtomicBoolean();
    log =
        new LogDouble() {
          @Override
          public void phaseEnded(UUID run, Operation operation) {
            if (operation.component().equals("breaks") && broke.getCount() > 0) {
              broke.countDown();
              throw new IllegalStateException("the connection broke");
            }
            super.phaseEnded(run, operation);
          }
        };
    inPause = paused::countDown;
    PhaseDouble slow =
        critical("slow")
            .doing(
                run -> {
                  try {
                    broke.await();
                    if (run == 1 && paused.await(300, TimeUnit.MILLISECONDS)) {
                      overlapped.set(true);
                    }
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  return PhaseReport.of(Map.of());
                });

    recover(critical("breaks"), slow);

    assertThat(overlapped).isFalse();
    assertThat(pauses).containsExactly(RESTART);
    assertThat(slow.runs()).isEqualTo(2);
    assertThat(readiness.isReady()).isTrue();
  }

  @Test
  void aStopOfTheServerEndsIt() throws InterruptedException {
    Recovery recovery =
        new Recovery(
            List.of(critical("queue").failingForEver()),
            log,
            List.of(),
            new Recovery.Identity("host", "boot"),
            readiness,
            threads,
            clock,
            duration -> {
              throw new InterruptedException();
            });

    assertThatThrownBy(recovery::run).isInstanceOf(InterruptedException.class);
    assertThat(readiness.isReady()).isFalse();
  }

  @Test
  void theLastRunOfAComponentDecidesWhatIsCorrupt() {
    ResourceError error = new ResourceError("component:queue", "away", "tried again");
    ResourceError job = new ResourceError("job:1", "corrupt", "set aside");
    StartupRun run =
        new StartupRun(
            UUID.randomUUID(),
            "node",
            Instant.EPOCH,
            1L,
            List.of(),
            true,
            null,
            List.of(
                operation("queue", List.of(error)),
                operation("queue", List.of()),
                operation("jobs", List.of(job, job))));

    assertThat(run.corruptedResources()).containsExactly("job:1");
  }

  private static Operation operation(String component, List<ResourceError> errors) {
    return Operation.of(
        critical(component), Instant.EPOCH, Duration.ZERO, new PhaseReport(Map.of(), errors));
  }
}
