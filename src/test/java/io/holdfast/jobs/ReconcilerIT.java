package io.holdfast.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.execution.Observation;
import io.holdfast.testing.Claims;
import io.holdfast.testing.ScriptedExecutor;
import io.holdfast.testing.TestDatabase;
import io.holdfast.testing.Together;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReconcilerIT {

  private static TestDatabase database;

  private JobsHouse house;

  @BeforeAll
  static void create() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void build(@TempDir Path home) {
    database.empty();
    house = JobsHouse.of(database, home, 100);
  }

  private String sample(UUID id, String column) {
    return database.value("SELECT " + column + " FROM resource_sample WHERE job_id = '" + id + "'");
  }

  @Test
  void aJobGoesItsWholeWay() {
    Instant submitted = house.clock.instant();
    UUID id = house.submit();
    house.clock.advance(Duration.ofSeconds(2));
    house.dispatcher.runOnce();
    Instant launched = house.clock.instant();
    Instant started = launched.plusSeconds(1);
    house.clock.advance(Duration.ofSeconds(3));
    house.executor.of(id).runs(started, 4096);
    house.reconciler.runOnce();
    house.executor.of(id).runs(started, 1024);
    house.reconciler.runOnce();
    Instant ended = started.plusSeconds(60);
    house.clock.advance(Duration.ofSeconds(90));
    house.executor.of(id).printed(77).exits(0, started, ended);
    house.reconciler.runOnce();

    assertThat(house.path(id)).isEqualTo("QUEUED PREPARING LAUNCHING RUNNING COMPLETED");
    Job job = house.job(id);
    assertThat(job.attempt()).isEqualTo(1);
    assertThat(job.exitCode()).isZero();
    assertThat(job.reason()).isNull();
    assertThat(job.outputBytes()).isEqualTo(77);
    assertThat(job.queuedAt()).isEqualTo(submitted);
    assertThat(job.startedAt()).isEqualTo(started);
    assertThat(job.endedAt()).isEqualTo(ended);
    assertThat(job.deadline()).isEqualTo(launched.plus(Duration.ofMinutes(10)));
    assertThat(job.session()).isEqualTo(house.executor.of(id).handle().session());
    AttemptRecord attempt = house.attempts(id).get(0);
    assertThat(attempt.node()).isEqualTo("node-1");
    assertThat(attempt.outcome()).isEqualTo("COMPLETED");
    assertThat(attempt.launchedAt()).isEqualTo(launched);
    assertThat(attempt.startedAt()).isEqualTo(started);
    assertThat(attempt.endedAt()).isEqualTo(ended);
    assertThat(attempt.outputBytes()).isEqualTo(77);
    assertThat(house.executor.of(id).acknowledged()).isTrue();
    assertThat(sample(id, "cpu_seconds")).isEqualTo("1.5");
    assertThat(sample(id, "peak_memory_bytes")).as("the highest ever seen").isEqualTo("4096");
    assertThat(sample(id, "duration_ms")).isEqualTo("60000");
    assertThat(sample(id, "queue_ms")).isEqualTo("2000");
    assertThat(sample(id, "concurrency")).isEqualTo("1");
  }

  @Test
  void aPreparationWhoseServerDiedGoesBackToItsPlace() {
    UUID first = house.claimed(JobsHouse.spec());
    UUID second = house.submit();

    house.reconciler.runOnce();

    assertThat(house.queue()).containsExactly(first.toString(), second.toString());
    AttemptRecord attempt = house.attempts(first).get(0);
    assertThat(attempt.outcome()).isEqualTo("NEVER_STARTED");
    assertThat(attempt.evidence()).isEqualTo("its preparation was interrupted");
    assertThat(attempt.endedAt()).isEqualTo(house.clock.instant());
    assertThat(house.samples(first)).isEmpty();
  }

  @Test
  void aPreparationThatIsInterruptedAgainAndAgainFails() {
    UUID id = house.submit();
    for (int attempt = 1; attempt <= JobsHouse.LIMITS.maxAttempts(); attempt++) {
      house.transactions.call(() -> Claims.claim(house.store, 1, house.clock.instant()));
      house.reconciler.runOnce();
    }

    assertThat(house.state(id)).isEqualTo(JobState.FAILED);
    assertThat(house.job(id).reason()).startsWith("could not be started in 3 attempts");
    assertThat(house.attempts(id)).hasSize(3);
  }

  @Test
  void aPreparationAtWorkIsLeftAlone() {
    UUID id = house.submit();
    house.executor.onPrepare(handle -> house.reconciler.runOnce());

    house.dispatcher.runOnce();

    assertThat(house.path(id)).isEqualTo("QUEUED PREPARING LAUNCHING");
  }

  @Test
  void aClaimIsNotTakenForAnInterruptedOneTheMomentItIsCommitted() {
    UUID id = house.submit();
    AtomicBoolean looked = new AtomicBoolean();
    house.afterCommit =
        () -> {
          house.afterCommit = () -> {};
          looked.set(true);
          house.reconciler.runOnce();
        };

    house.dispatcher.runOnce();

    assertThat(looked).isTrue();
    assertThat(house.path(id)).isEqualTo("QUEUED PREPARING LAUNCHING");
    assertThat(house.executor.submissions(id)).isEqualTo(1);
  }

  @Test
  void aLaunchWithoutASignIsRevokedWhenPatienceEndsAndGoesBackToItsPlace() {
    UUID id = house.launched(JobsHouse.spec());
    UUID second = house.submit();
    house.clock.advance(JobsHouse.LIMITS.launchPatience().minusMillis(1));
    house.reconciler.runOnce();
    assertThat(house.state(id)).isEqualTo(JobState.LAUNCHING);

    house.clock.advance(Duration.ofMillis(1));
    house.reconciler.runOnce();

    assertThat(house.path(id)).isEqualTo("QUEUED PREPARING LAUNCHING QUEUED");
    assertThat(house.queue()).containsExactly(id.toString(), second.toString());
    assertThat(house.job(id).session()).isNull();
    assertThat(house.job(id).deadline()).isNull();
  }

  @Test
  void aLaunchThatWinsAgainstTheRevocationIsFollowed() {
    UUID id = house.launched(JobsHouse.spec());
    house.clock.advance(JobsHouse.LIMITS.launchPatience());
    // It claims its start between the look and the revocation.
    house.executor.of(id).shows(new Observation.Pending(ScriptedExecutor.evidence("claimed")));

    house.reconciler.runOnce();
    assertThat(house.state(id)).as("claimed, not yet started").isEqualTo(JobState.LAUNCHING);
    house.executor.of(id).runs(house.clock.instant());
    house.reconciler.runOnce();

    assertThat(house.state(id)).isEqualTo(JobState.RUNNING);
  }

  @ParameterizedTest
  @EnumSource
  void aLostAttemptFollowsItsPolicyAndKeepsItsEvidence(OnInterrupt policy) {
    UUID id = house.running(JobsHouse.spec(policy));
    UUID second = house.submit();
    house.executor.of(id).printed(9).isLost("runner 4711 is gone, no exit record");

    house.reconciler.runOnce();

    AttemptRecord attempt = house.attempts(id).get(0);
    assertThat(attempt.outcome()).isEqualTo("LOST");
    assertThat(attempt.evidence()).isEqualTo("runner 4711 is gone, no exit record");
    assertThat(attempt.exitCode()).isNull();
    assertThat(house.samples(id)).containsExactly("LOST");
    if (policy == OnInterrupt.FAIL) {
      assertThat(house.state(id)).isEqualTo(JobState.LOST);
      assertThat(house.job(id).reason()).isEqualTo("runner 4711 is gone, no exit record");
      assertThat(house.queue()).containsExactly(second.toString());
    } else {
      assertThat(house.state(id)).isEqualTo(JobState.QUEUED);
      assertThat(house.job(id).endedAt()).isNull();
      assertThat(house.queue()).containsExactly(id.toString(), second.toString());
      house.dispatcher.runOnce();
      assertThat(house.job(id).attempt()).isEqualTo(2);
      assertThat(house.executor.submissions(id)).isEqualTo(2);
      assertThat(house.attempts(id).get(0)).isEqualTo(attempt);
    }
  }

  @Test
  void aJobThatIsLostAgainAndAgainStaysLost() {
    UUID id = house.submit(JobsHouse.spec(OnInterrupt.REQUEUE));
    for (int attempt = 1; attempt <= JobsHouse.LIMITS.maxAttempts(); attempt++) {
      house.dispatcher.runOnce();
      house.executor.of(id).runs(house.clock.instant());
      house.reconciler.runOnce();
      house.executor.of(id).isLost("gone");
      house.reconciler.runOnce();
    }

    assertThat(house.state(id)).isEqualTo(JobState.LOST);
    assertThat(house.samples(id)).containsExactly("LOST", "LOST", "LOST");
  }

  @Test
  void aJobPastItsDeadlineIsEndedAndTimedOut() {
    UUID id = house.running(JobsHouse.spec());
    house.clock.advance(Duration.ofMinutes(10).minusMillis(1));
    house.reconciler.runOnce();
    assertThat(house.executor.of(id).cancels()).isEmpty();

    house.clock.advance(Duration.ofMillis(1));
    house.reconciler.runOnce();
    house.clock.advance(Duration.ofSeconds(11));
    house.reconciler.runOnce();
    assertThat(house.executor.of(id).cancels())
        .containsExactly(Duration.ZERO, Duration.ofSeconds(11));
    house.executor.of(id).exits(137, house.clock.instant(), house.clock.instant());
    house.reconciler.runOnce();

    assertThat(house.state(id)).isEqualTo(JobState.TIMED_OUT);
    assertThat(house.job(id).reason()).isEqualTo("the deadline passed");
  }

  @Test
  void aCancelledJobHasEndedWhenNothingOfItIsLeft() {
    UUID id = house.running(JobsHouse.spec());
    house.jobs.cancel(id);
    Instant now = house.clock.instant();
    house.executor.of(id).leavesProcesses().exits(143, now, now);

    house.reconciler.runOnce();
    assertThat(house.state(id)).as("its children still run").isEqualTo(JobState.RUNNING);
    house.clock.advance(JobsHouse.LIMITS.cancelGrace());
    house.reconciler.runOnce();

    assertThat(house.state(id)).isEqualTo(JobState.CANCELLED);
    assertThat(house.job(id).exitCode()).isEqualTo(143);
    assertThat(house.executor.of(id).cancels())
        .containsExactly(Duration.ZERO, JobsHouse.LIMITS.cancelGrace());
  }

  @Test
  void aCancelledLaunchThatClaimedItsStartAndHangsIsEnded() {
    UUID id = house.launched(JobsHouse.spec());
    house.executor.of(id).shows(new Observation.Pending(ScriptedExecutor.evidence("claimed")));
    house.jobs.cancel(id);
    house.clock.advance(Duration.ofSeconds(20));

    house.reconciler.runOnce();

    assertThat(house.executor.of(id).cancels()).containsExactly(Duration.ofSeconds(20));
  }

  @Test
  void aLaunchThatHangsUntilItsDeadlineIsEndedAndSaysSo() {
    UUID id = house.launched(JobsHouse.spec());
    house.executor.of(id).shows(new Observation.Pending(ScriptedExecutor.evidence("claimed")));
    house.clock.advance(Duration.ofMinutes(10));
    house.reconciler.runOnce();
    house
        .executor
        .of(id)
        .shows(new Observation.NeverStarted(ScriptedExecutor.evidence("its runner was killed")));

    house.reconciler.runOnce();

    assertThat(house.state(id)).isEqualTo(JobState.FAILED);
    assertThat(house.job(id).reason()).isEqualTo("the deadline passed before it started");
  }

  @Test
  void aJobThatPrintsTooMuchIsEndedAndSaysWhy() {
    UUID id = house.running(JobsHouse.spec());
    house.executor.of(id).printed(JobsHouse.LIMITS.maxOutput());
    house.reconciler.runOnce();
    assertThat(house.executor.of(id).cancels()).isEmpty();

    house.executor.of(id).printed(JobsHouse.LIMITS.maxOutput() + 1);
    house.reconciler.runOnce();
    house.jobs.cancel(id);
    house.executor.of(id).exits(143, house.clock.instant(), house.clock.instant());
    house.reconciler.runOnce();

    assertThat(house.state(id)).as("the first reason stands").isEqualTo(JobState.FAILED);
    assertThat(house.job(id).reason()).contains("holdfast.execution.max-output");
  }

  @Test
  void whatIsUnknownIsNeverDeclaredLost() {
    UUID running = house.running(JobsHouse.spec());
    UUID launching = house.launched(JobsHouse.spec());
    house.executor.of(running).isUnknown("the back end does not answer");
    house.executor.of(launching).isUnknown("the back end does not answer");
    house.clock.advance(Duration.ofDays(1));

    house.reconciler.runOnce();

    assertThat(house.state(running)).isEqualTo(JobState.RUNNING);
    assertThat(house.state(launching)).isEqualTo(JobState.LAUNCHING);
  }

  @Test
  void oneJobThatCannotBeLookedAtHoldsUpNoOther() {
    UUID first = house.running(JobsHouse.spec());
    UUID second = house.running(JobsHouse.spec());
    house.executor.of(first).isUnreachable();
    house.executor.of(second).exits(0, house.clock.instant(), house.clock.instant());

    house.reconciler.runOnce();

    assertThat(house.state(first)).isEqualTo(JobState.RUNNING);
    assertThat(house.state(second)).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void manyReconciliationsAtOnceEndAJobOnce() throws Exception {
    for (int round = 0; round < 5; round++) {
      UUID id = house.running(JobsHouse.spec());
      house.executor.of(id).exits(0, house.clock.instant(), house.clock.instant());

      Together.run(
          6,
          i -> {
            house.reconciler.reconcile(id);
            return i;
          });

      assertThat(house.path(id)).isEqualTo("QUEUED PREPARING LAUNCHING RUNNING COMPLETED");
      assertThat(house.samples(id)).containsExactly("COMPLETED");
    }
  }

  @Test
  void manyReconciliationsAtOnceRequeueALostJobOnce() throws Exception {
    for (int round = 0; round < 5; round++) {
      UUID id = house.running(JobsHouse.spec(OnInterrupt.REQUEUE));
      house.executor.of(id).isLost("gone");

      Together.run(
          6,
          i -> {
            house.reconciler.reconcile(id);
            return i;
          });

      assertThat(house.path(id)).isEqualTo("QUEUED PREPARING LAUNCHING RUNNING LOST QUEUED");
      assertThat(house.queue()).containsExactly(id.toString());
      house.jobs.cancel(id);
    }
  }

  @Test
  void aDecisionAboutAnOldAttemptDoesNotTouchTheNext() {
    UUID id = house.running(JobsHouse.spec(OnInterrupt.REQUEUE));
    JobRef old = house.job(id).ref();
    house.executor.of(id).isLost("gone");
    house.reconciler.runOnce();
    house.dispatcher.runOnce();

    boolean recorded =
        house.transactions.call(
            () -> house.store.requestEnding(old, Ending.DEADLINE, house.clock.instant()));

    assertThat(recorded).isFalse();
    house.executor.of(id).exits(0, house.clock.instant(), house.clock.instant());
    house.reconciler.runOnce();
    assertThat(house.state(id)).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void aClaimOfAFormerLifeThatBecomesVisibleLateIsHealed() {
    UUID id = house.submit();
    JobsHouse next = house.restarted();
    next.reattachment.inventory();
    // The former life's claim was on its way to the disk while the next one adopted its jobs.
    database.execute(
        "UPDATE node SET epoch = 1; "
            + "UPDATE job SET state = 'PREPARING', attempt = 1, node_id = 'node-1', node_epoch = 1; "
            + "DELETE FROM job_ready; "
            + "INSERT INTO job_attempt (job_id, attempt, node_id, claimed_at) "
            + "SELECT id, 1, 'node-1', now() FROM job; "
            + "UPDATE node SET epoch = 2");

    next.reconciler.runOnce();

    assertThat(next.state(id)).isEqualTo(JobState.QUEUED);
  }

  @Test
  void whatAnotherNodeHoldsIsNotTouched() {
    UUID id = house.running(JobsHouse.spec());
    house.executor.of(id).isLost("gone");

    JobsHouse other = house.beside("node-2");
    other.reconciler.runOnce();
    other.reconciler.reconcile(id);

    assertThat(house.state(id)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void anExitWithoutCpuTimeIsCountedWithoutIt() {
    UUID id = house.running(JobsHouse.spec());
    house
        .executor
        .of(id)
        .shows(
            new Observation.Exited(
                ScriptedExecutor.evidence("exit record"),
                0,
                house.clock.instant(),
                house.clock.instant(),
                OptionalDouble.empty()));

    house.reconciler.runOnce();

    assertThat(sample(id, "cpu_seconds")).isEqualTo("null");
  }
}
