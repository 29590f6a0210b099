package io.holdfast.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.execution.Observation;
import io.holdfast.repositories.LockVerdict;
import io.holdfast.repositories.LockVerdict.Kind;
import io.holdfast.testing.ScriptedExecutor;
import io.holdfast.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start does with a lock, by what became of its holder: one test per situation. */
class LockReviewIT {

  private static TestDatabase database;

  private JobsHouse house;
  private UUID holder;
  private UUID next;

  @BeforeAll
  static void create() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  /** An exclusive job has alpha, and another one waits for it. */
  @BeforeEach
  void build(@TempDir Path home) {
    database.empty();
    house = JobsHouse.of(database, home, 100);
    holder = house.submit(JobsHouse.exclusive("alpha"));
    next = house.submit(JobsHouse.exclusive("alpha"));
    house.dispatcher.runOnce();
    house.executor.of(holder).runs(house.clock.instant());
    house.reconciler.runOnce();
    assertThat(house.state(holder)).isEqualTo(JobState.RUNNING);
    assertThat(house.state(next)).isEqualTo(JobState.WAITING);
  }

  private String lock(String column) {
    return database.value("SELECT " + column + " FROM repository_lock");
  }

  /** The next life, as far as its locks: the verdict on alpha's. */
  private Kind restart() {
    house = house.restarted();
    List<LockReview.Reviewed> reviewed = house.lockReview.locks(house.reattachment.inventory());
    assertThat(reviewed).hasSize(1);
    return reviewed.get(0).verdict().kind();
  }

  private void finishTheStart() {
    house.reattachment.reattach(house.reattachment.inventory());
    house.lockReview.lines();
    house.lockReview.batches();
    house.dispatcher.runOnce();
  }

  @Test
  void aHolderThatLivesKeepsItsLockThroughAnyDowntime() {
    String fence = lock("fence");
    house.clock.advance(Duration.ofMinutes(15));

    assertThat(restart()).isEqualTo(Kind.KEEP);
    finishTheStart();

    assertThat(house.state(holder)).isEqualTo(JobState.RUNNING);
    assertThat(house.state(next)).isEqualTo(JobState.WAITING);
    assertThat(lock("fence")).isEqualTo(fence);
    assertThat(lock("node_epoch")).isEqualTo("2");
    house.executor.of(holder).exits(0, house.clock.instant(), house.clock.instant());
    house.reconciler.runOnce();
    house.dispatcher.runOnce();
    assertThat(house.state(next)).isEqualTo(JobState.LAUNCHING);
  }

  @Test
  void aHolderThatEndedMeanwhileLosesItAndTheHeadOfTheLineGoesOn() {
    house.executor.of(holder).exits(0, house.clock.instant(), house.clock.instant());

    assertThat(restart()).isEqualTo(Kind.FREE);
    finishTheStart();

    assertThat(house.state(holder)).isEqualTo(JobState.COMPLETED);
    assertThat(house.state(next)).isEqualTo(JobState.LAUNCHING);
    assertThat(lock("job_id")).isEqualTo(next.toString());
  }

  @Test
  void aHolderThatIsLostLosesIt() {
    house.executor.of(holder).isLost("rebooted");

    assertThat(restart()).isEqualTo(Kind.FREE);
    finishTheStart();

    assertThat(house.state(holder)).isEqualTo(JobState.LOST);
    assertThat(house.state(next)).isEqualTo(JobState.LAUNCHING);
  }

  @Test
  void whatCannotBeProvedKeepsItUntilItsLeaseHasEnded() {
    house.executor.of(holder).isUnknown("the lock could not be asked");
    house.clock.advance(Duration.ofMinutes(10).minusMillis(1));

    assertThat(restart()).isEqualTo(Kind.KEEP);
    assertThat(house.executor.of(holder).cancels()).isEmpty();
  }

  @Test
  void aHungHolderIsKilledBeforeItsLockIsTaken() {
    house.executor.of(holder).isUnknown("the lock could not be asked").leavesProcesses();
    house.clock.advance(Duration.ofMinutes(10));

    assertThat(restart()).isEqualTo(Kind.RECLAIM);
    finishTheStart();

    assertThat(house.executor.of(holder).cancels()).as("KILL").isNotEmpty();
    assertThat(house.state(next)).isEqualTo(JobState.LAUNCHING);
    assertThat(lock("job_id")).isEqualTo(next.toString());
  }

  @Test
  void aLaunchThatIsUnderWayKeepsIt() {
    house
        .executor
        .of(holder)
        .shows(new Observation.Pending(ScriptedExecutor.evidence("its runner has claimed it")));

    assertThat(restart()).isEqualTo(Kind.KEEP);
  }

  @Test
  void aLeaseFromTheFutureIsKeptWithAWarning() {
    database.execute("UPDATE repository_lock SET lease_until = lease_until + interval '1 day'");

    assertThat(restart()).isEqualTo(Kind.KEEP_SKEWED);
    assertThat(house.state(next)).isEqualTo(JobState.WAITING);
  }

  @Test
  void aRowThatContradictsItselfKeepsEverybodyOutUntilItIsRepaired() {
    database.execute("UPDATE repository_lock SET attempt = 7");

    assertThat(restart()).isEqualTo(Kind.UNAVAILABLE);
    finishTheStart();
    assertThat(lock("attempt")).as("untouched").isEqualTo("7");
    assertThat(house.state(next)).isEqualTo(JobState.WAITING);
    house.executor.of(holder).exits(0, house.clock.instant(), house.clock.instant());
    house.reconciler.runOnce();

    database.execute("DELETE FROM repository_lock");
    house.lockReview.runOnce();
    house.dispatcher.runOnce();

    assertThat(house.state(next)).as("back by itself").isEqualTo(JobState.LAUNCHING);
  }

  @Test
  void aLockOfAnotherNodeIsItsOwn() {
    JobsHouse other = house.beside("node-2");

    List<LockReview.Reviewed> reviewed = other.lockReview.locks(other.reattachment.inventory());
    other.lockReview.runOnce();

    assertThat(reviewed)
        .extracting(LockReview.Reviewed::verdict)
        .extracting(LockVerdict::kind)
        .containsExactly(Kind.KEEP);
    assertThat(lock("node_id")).isEqualTo("node-1");
    assertThat(lock("node_epoch")).isEqualTo("1");
  }

  @Test
  void theSlowLoopRenewsLeasesAndFreesWhatAnEndLeft() {
    house.clock.advance(Duration.ofMinutes(5));
    house.lockReview.runOnce();
    assertThat(database.value("SELECT lease_until - acquired_at FROM repository_lock"))
        .isEqualTo("00:15:00");
    database.execute(
        "UPDATE job SET state = 'LOST', ended_at = now(), node_epoch = NULL WHERE state = 'RUNNING'");

    house.lockReview.runOnce();

    assertThat(house.state(next)).isEqualTo(JobState.QUEUED);
  }

  @Test
  void aStartRepeatedChangesNothingMore() {
    restart();
    finishTheStart();
    String events = database.value("SELECT count(*) FROM job_event");

    house.lockReview.locks(house.reattachment.inventory());
    house.lockReview.lines();
    house.lockReview.batches();

    assertThat(database.value("SELECT count(*) FROM job_event")).isEqualTo(events);
    assertThat(lock("job_id")).isEqualTo(holder.toString());
  }
}
