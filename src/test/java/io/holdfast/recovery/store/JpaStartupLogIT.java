package io.holdfast.recovery.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.platform.NodeEpoch;
import io.holdfast.recovery.Operation;
import io.holdfast.recovery.ResourceError;
import io.holdfast.recovery.StartupLog;
import io.holdfast.recovery.StartupRun;
import io.holdfast.testing.TestClock;
import io.holdfast.testing.TestDatabase;
import io.holdfast.testing.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JpaStartupLogIT {

  private static TestDatabase database;

  private final TestClock clock = new TestClock();

  @BeforeAll
  static void create() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void empty() {
    database.empty();
  }

  /** One life of a node: its log and its epoch. */
  private record Life(NodeEpoch epoch, StartupLog log, StartupLog.Opened opened) {
    UUID run() {
      return opened.id();
    }

    StartupRun now() {
      return log.latest(1).get(0);
    }
  }

  private Life begin(String node) {
    clock.advance(Duration.ofSeconds(1));
    NodeEpoch epoch = new NodeEpoch(node);
    StartupLog log = new JpaStartupLog(database.transactions(), database.entityManager(), epoch);
    return new Life(epoch, log, log.open("host", "boot", clock.instant()));
  }

  private Life begin() {
    return begin("node-1");
  }

  private void end(Life life) {
    life.log.close(life.run(), clock.instant(), Duration.ofMillis(12), false);
  }

  private static Operation operation(String component, ResourceError... errors) {
    return new Operation(
        component,
        "recover",
        TestClock.START,
        Duration.ofMillis(5),
        errors.length == 0 ? Operation.Status.SUCCESS : Operation.Status.PARTIAL_SUCCESS,
        Map.of("found", 7L),
        List.of(errors));
  }

  @Test
  void everyStartOfANodeTakesANewEpoch() {
    assertThat(begin().epoch.value()).isEqualTo(1);
    assertThat(begin().epoch.value()).isEqualTo(2);
    assertThat(begin("node-2").epoch.value()).isEqualTo(1);
    assertThat(begin().epoch.value()).isEqualTo(3);
    assertThat(database.value("SELECT epoch FROM node WHERE id = 'node-1'")).isEqualTo("3");
  }

  @Test
  void startsAtTheSameMomentTakeDifferentEpochs() throws Exception {
    begin();
    List<Long> epochs = Together.run(8, i -> begin().epoch.value());

    assertThat(epochs).doesNotHaveDuplicates().allMatch(epoch -> epoch >= 2 && epoch <= 9);
  }

  @Test
  void aMarkerIsOpenUntilItIsClosed() {
    Life life = begin();
    assertThat(life.now().totalDurationMillis()).isNull();
    assertThat(life.now().running()).containsExactly("StartupDetection");

    life.log.close(life.run(), clock.instant(), Duration.ofMillis(1234), true);

    assertThat(life.now().totalDurationMillis()).isEqualTo(1234);
    assertThat(life.now().degraded()).isTrue();
    assertThat(life.now().running()).isEmpty();
  }

  @Test
  void theFirstStartHasNoPredecessor() {
    assertThat(begin().opened.abortedPredecessor()).isEmpty();
  }

  @Test
  void ourOwnNextTryIsNoStartAfterAnAbortedOne() {
    Life dead = begin();
    Life life = begin();

    StartupLog.Opened again = life.log.open("host", "boot", clock.instant());

    assertThat(again.abortedPredecessor().map(StartupRun.Aborted::id)).contains(dead.run());
    end(begin("node-2"));
    StartupLog log =
        new JpaStartupLog(
            database.transactions(), database.entityManager(), new NodeEpoch("node-2"));
    assertThat(log.open("host", "boot", clock.instant()).abortedPredecessor()).isEmpty();
    assertThat(log.open("host", "boot", clock.instant()).abortedPredecessor()).isEmpty();
  }

  @Test
  void aStartAfterACompleteOneHasNoAbortedPredecessor() {
    end(begin());

    Life next = begin();

    assertThat(next.opened.abortedPredecessor()).isEmpty();
    assertThat(next.now().abortedPredecessor()).isNull();
  }

  @Test
  void anAbortedStartIsNamedWithThePhasesItDiedIn() {
    Life life = begin();
    life.log.phaseEnded(life.run(), operation("StartupDetection"));
    life.log.phaseStarted(life.run(), "QueueRecovery");
    life.log.phaseStarted(life.run(), "Inventory");
    life.log.phaseEnded(life.run(), operation("QueueRecovery"));
    life.log.phaseStarted(life.run(), "StatisticsRecovery");

    Life next = begin();

    StartupRun.Aborted aborted = next.opened.abortedPredecessor().orElseThrow();
    assertThat(aborted.id()).isEqualTo(life.run());
    assertThat(aborted.startedAt()).isEqualTo(TestClock.START.plusSeconds(1));
    assertThat(aborted.diedIn()).containsExactly("Inventory", "StatisticsRecovery");
    assertThat(next.now().abortedPredecessor()).isEqualTo(aborted);
    end(next);
    assertThat(begin().opened.abortedPredecessor()).as("only the one before").isEmpty();
  }

  @Test
  void aStartThatDiedBeforeItsFirstPhaseSaysSo() {
    begin();

    assertThat(begin().opened.abortedPredecessor().orElseThrow().diedIn())
        .containsExactly("StartupDetection");
  }

  @Test
  void aClockThatWasSetBackHidesNoAbortedStart() {
    end(begin());
    Life aborted = begin();
    clock.advance(Duration.ofDays(-1));

    Life next = begin();
    assertThat(next.opened.abortedPredecessor().orElseThrow().id()).isEqualTo(aborted.run());
    assertThat(next.now().id()).isEqualTo(next.run());
  }

  @Test
  void anotherNodesStartIsNoPredecessor() {
    begin("node-2");

    Life life = begin();

    assertThat(life.opened.abortedPredecessor()).isEmpty();
    assertThat(life.log.latest(10)).hasSize(1);
  }

  @Test
  void operationsAreKeptAsTheyWereInOrder() {
    Life life = begin();
    ResourceError error = new ResourceError("job:1", "quotes \" and \u20ac", "set aside");
    List<Operation> written =
        List.of(
            operation("A"),
            operation("B", error),
            new Operation(
                "C",
                "recover",
                Instant.parse("2026-11-24T08:00:00.123456Z"),
                Duration.ZERO,
                Operation.Status.FAILED,
                Map.of(),
                List.of(error, error)));

    written.forEach(operation -> life.log.phaseEnded(life.run(), operation));

    assertThat(life.now().operations()).isEqualTo(written);
    assertThat(life.now().corruptedResources()).containsExactly("job:1");
  }

  @Test
  void phasesThatEndSideBySideLoseNothing() throws Exception {
    Life life = begin();

    Together.run(
        12,
        i -> {
          life.log.phaseStarted(life.run(), "ended-" + i);
          life.log.phaseStarted(life.run(), "running-" + i);
          life.log.phaseEnded(life.run(), operation("ended-" + i));
          return i;
        });

    assertThat(life.now().running())
        .hasSize(12)
        .allMatch(component -> component.startsWith("running-"));
    assertThat(life.now().operations()).hasSize(12);
  }

  @Test
  void aPhaseThatIsTriedAgainIsAtWorkOnce() {
    Life life = begin();

    life.log.phaseStarted(life.run(), "Inventory");
    life.log.phaseStarted(life.run(), "Inventory");

    assertThat(life.now().running()).containsExactly("Inventory");
  }

  @Test
  void theHistoryIsNewestFirst() {
    List<UUID> runs = new ArrayList<>();
    for (int i = 0; i < 13; i++) {
      Life life = begin();
      end(life);
      runs.add(0, life.run());
    }

    assertThat(begin("node-1").log.latest(11))
        .extracting(StartupRun::id)
        .hasSize(11)
        .endsWith(runs.subList(0, 10).toArray(UUID[]::new));
  }
}
