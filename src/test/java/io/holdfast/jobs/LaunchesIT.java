package io.holdfast.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.execution.LaunchSpec;
import io.holdfast.repositories.GitFailed;
import io.holdfast.testing.ScriptedExecutor.Attempt;
import io.holdfast.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the claim to the launch: dispatcher and launches. */
class LaunchesIT {

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
    house = JobsHouse.of(database, home, 3);
  }

  @Test
  void theLaunchIsCommittedBeforeAnythingStarts() {
    UUID id = house.submit();
    List<String> order = new ArrayList<>();
    house.executor.onPrepare(handle -> order.add("prepared as " + house.state(id)));
    house.executor.onSubmit(
        handle -> {
          order.add("submitted as " + house.state(id));
          assertThat(house.transactions.call(() -> house.store.launched(id, 1))).contains(handle);
        });

    house.dispatcher.runOnce();

    assertThat(order).containsExactly("prepared as PREPARING", "submitted as LAUNCHING");
    assertThat(house.executor.of(id).watched()).isTrue();
  }

  @Test
  void theLaunchHasWhatTheJobAskedForAndItsWorkspace() {
    UUID id = house.launched(JobsHouse.spec());

    LaunchSpec spec = house.executor.of(id).spec();

    assertThat(spec.command()).containsExactly("echo", "hello");
    assertThat(spec.prompt()).isEqualTo("a prompt");
    assertThat(spec.environment()).containsEntry("KEY", "value");
    assertThat(spec.engine()).isEqualTo("shell");
    assertThat(spec.workingDirectory())
        .isDirectory()
        .isEqualTo(house.home.resolve("jobs/" + id + "/workspace"));
  }

  @Test
  void everyAttemptHasItsOwnSessionAndToken() {
    UUID id = house.launched(JobsHouse.spec(OnInterrupt.REQUEUE));
    house.executor.of(id).runs(house.clock.instant()).isLost("gone");
    house.reconciler.runOnce();
    house.dispatcher.runOnce();

    List<Attempt> attempts = house.executor.all();
    assertThat(attempts).hasSize(2);
    assertThat(attempts.stream().map(attempt -> attempt.handle().session()))
        .doesNotHaveDuplicates();
    assertThat(attempts.stream().map(attempt -> attempt.handle().token())).doesNotHaveDuplicates();
  }

  @Test
  void aWorkspaceThatCannotBeMadeFailsTheJobWithItsReason() {
    house.clones.whenFetching(
        "alpha",
        () -> {
          throw new GitFailed("the remote is away", true);
        });
    UUID id = house.submit(JobsHouse.spec(OnInterrupt.FAIL, true, List.of("alpha")));

    house.dispatcher.runOnce();

    assertThat(house.state(id)).isEqualTo(JobState.FAILED);
    assertThat(house.job(id).reason()).isEqualTo("repository alpha: the remote is away");
    assertThat(house.attempts(id).get(0).evidence()).isEqualTo(house.job(id).reason());
    assertThat(house.samples(id)).containsExactly("FAILED");
    assertThat(house.executor.knows(id)).isFalse();
  }

  @Test
  void aLaunchThatCannotBeWrittenFailsTheJobWithItsReason() {
    house.executor.failToWrite(new IOException("No space left on device"));
    UUID id = house.submit();

    house.dispatcher.runOnce();

    assertThat(house.state(id)).isEqualTo(JobState.FAILED);
    assertThat(house.job(id).reason())
        .isEqualTo("the launch could not be written: No space left on device");

    house.executor.failToWrite(null);
    house.jobs.resume(id);
    house.dispatcher.runOnce();
    assertThat(house.state(id)).isEqualTo(JobState.LAUNCHING);
  }

  @Test
  void aFailedPreparationOfACancelledJobIsACancellation() {
    UUID id = house.submit();
    house.executor.failToWrite(new IOException("No space left on device"));
    JobRef[] seen = new JobRef[1];
    house.afterCommit =
        () -> {
          house.afterCommit = () -> {};
          seen[0] = house.job(id).ref();
          house.jobs.cancel(id);
        };

    house.dispatcher.runOnce();

    assertThat(seen[0].state()).isEqualTo(JobState.PREPARING);
    assertThat(house.path(id)).isEqualTo("QUEUED PREPARING CANCELLED");
  }

  @Test
  void aPreparationInterruptedByTheServersStopIsQueuedByTheNextLife() {
    house.clones.whenFetching(
        "interrupted",
        () -> {
          throw new InterruptedException();
        });
    UUID id = house.submit(JobsHouse.spec(OnInterrupt.FAIL, true, List.of("interrupted")));

    house.dispatcher.runOnce();
    assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
    assertThat(house.state(id)).isEqualTo(JobState.PREPARING);

    house.reconciler.runOnce();
    assertThat(house.state(id)).isEqualTo(JobState.QUEUED);
  }

  @Test
  void aJobThatIsTakenAwayDuringItsPreparationIsNotLaunched() {
    UUID id = house.submit();
    house.executor.onPrepare(
        handle -> {
          JobsHouse next = house.restarted();
          next.reattachment.reattach(next.reattachment.inventory());
        });

    house.dispatcher.runOnce();

    assertThat(house.path(id)).isEqualTo("QUEUED PREPARING QUEUED");
    assertThat(house.executor.submissions(id)).isZero();
  }

  @Test
  void aFormerLifeCannotCommitALaunchOfTheNext() {
    UUID id = house.submit();
    house.executor.onPrepare(
        handle -> {
          house.executor.onPrepare(again -> {});
          house.restarted().reattachment.inventory(); // adopted, not yet decided
        });

    house.dispatcher.runOnce();

    assertThat(house.state(id)).as("fenced by the epoch").isEqualTo(JobState.PREPARING);
    assertThat(house.executor.submissions(id)).isZero();
    assertThat(house.changed).contains(id);
  }

  @Test
  void aBrokenExecutorLeavesTheJobToTheReconciler() {
    UUID id = house.submit();
    house.executor.onSubmit(
        handle -> {
          throw new IllegalStateException("no more processes");
        });

    house.dispatcher.runOnce();
    assertThat(house.state(id)).isEqualTo(JobState.LAUNCHING);
    house.clock.advance(JobsHouse.LIMITS.launchPatience());
    house.reconciler.runOnce();

    assertThat(house.state(id)).isEqualTo(JobState.QUEUED);
  }

  @Test
  void noMoreAreClaimedThanThereAreSlots() {
    List<UUID> ids = house.submit(5);

    assertThat(house.dispatcher.runOnce()).isEqualTo(3);
    assertThat(house.dispatcher.runOnce()).isZero();
    assertThat(house.queue()).containsExactly(ids.get(3).toString(), ids.get(4).toString());

    house.executor.of(ids.get(1)).exits(0, house.clock.instant(), house.clock.instant());
    house.reconciler.runOnce();
    assertThat(house.dispatcher.runOnce()).isEqualTo(1);
    assertThat(house.queue()).containsExactly(ids.get(4).toString());
  }

  @Test
  void aClaimThatNoThreadTakesIsQueuedAgain() {
    UUID id = house.submit();
    house.threads.shutdown();

    assertThat(house.dispatcher.runOnce()).isEqualTo(1);
    house.reconciler.runOnce();

    assertThat(house.path(id)).isEqualTo("QUEUED PREPARING QUEUED");
  }

  @Test
  void aClaimWhoseCommitIsNotAnsweredIsNotTakenForOneAtWork() {
    UUID id = house.submit();
    house.afterCommit =
        () -> {
          throw new IllegalStateException("the connection broke");
        };

    assertThatThrownBy(house.dispatcher::runOnce).hasMessage("the connection broke");
    house.afterCommit = () -> {};
    assertThat(house.state(id)).isEqualTo(JobState.PREPARING);
    house.reconciler.runOnce();

    assertThat(house.state(id)).isEqualTo(JobState.QUEUED);
  }
}
