package io.holdfast.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.execution.Evidence;
import io.holdfast.execution.HeartbeatAge;
import io.holdfast.execution.Observation;
import io.holdfast.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every situation that a dead server can leave a job in, and what the next start makes of it. */
class ReattachmentIT {

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
    house = JobsHouse.of(database, home, 200);
  }

  private static List<Reattachment.Result> start(JobsHouse house) {
    return house.reattachment.reattach(house.reattachment.inventory());
  }

  private static Reattachment.Result only(JobsHouse house) {
    List<Reattachment.Result> results = start(house);
    assertThat(results).hasSize(1);
    return results.get(0);
  }

  private static void expect(Reattachment.Result result, UUID job, String counted) {
    assertThat(result).isEqualTo(new Reattachment.Result(job, counted, Optional.empty()));
  }

  @Test
  void aJobThatRunsIsReattachedAndSaysSo() {
    UUID id = house.running(JobsHouse.spec());
    JobsHouse next = house.restarted();

    expect(only(next), id, "reattached");

    assertThat(next.state(id)).isEqualTo(JobState.RUNNING);
    assertThat(next.executor.submissions(id)).isEqualTo(1);
    assertThat(next.jobs.events(id))
        .last()
        .satisfies(
            event -> {
              assertThat(event.from()).isEqualTo(event.to());
              assertThat(event.detail()).isEqualTo("re-attached: runner is alive");
            });
    next.executor.of(id).hint();
    assertThat(next.changed).contains(id);

    next.executor.of(id).exits(0, next.clock.instant(), next.clock.instant());
    next.reconciler.reconcile(id);
    assertThat(next.state(id)).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void theAgeOfAHeartbeatIsSaidAndDecidesNothing() {
    UUID id = house.running(JobsHouse.spec());
    house
        .executor
        .of(id)
        .shows(
            new Observation.Running(
                new Evidence(List.of("runner is alive"), HeartbeatAge.DEAD, List.of()),
                house.clock.instant(),
                true,
                0));
    JobsHouse next = house.restarted();

    expect(only(next), id, "reattached");

    assertThat(next.jobs.events(id).get(4).detail()).endsWith("; heartbeat DEAD");
  }

  @Test
  void aJobThatEndedWhileTheServerWasDownHasItsRealExitCodeAndItsWholeOutput() {
    UUID id = house.running(JobsHouse.spec());
    house.executor.of(id).printed(555).exits(42, house.clock.instant(), house.clock.instant());
    house.clock.advance(Duration.ofHours(1));
    JobsHouse next = house.restarted();

    expect(only(next), id, "ended_while_down");

    assertThat(next.state(id)).isEqualTo(JobState.FAILED);
    assertThat(next.job(id).exitCode()).isEqualTo(42);
    assertThat(next.job(id).outputBytes()).isEqualTo(555);
    assertThat(next.samples(id)).containsExactly("FAILED");
  }

  @Test
  void aJobWhoseDeadlinePassedWhileTheServerWasDownIsEnded() {
    UUID id = house.running(JobsHouse.spec());
    house.clock.advance(Duration.ofHours(1));
    JobsHouse next = house.restarted();

    expect(only(next), id, "reattached");

    assertThat(next.executor.of(id).cancels()).containsExactly(Duration.ZERO);
  }

  @Test
  void aPreparationGoesBackToItsPlace() {
    UUID id = house.claimed(JobsHouse.spec());
    UUID second = house.submit();
    JobsHouse next = house.restarted();

    expect(only(next), id, "requeued");

    assertThat(next.queue()).containsExactly(id.toString(), second.toString());
  }

  @Test
  void aCommittedLaunchThatNeverReachedTheExecutorIsRevokedAndGoesBackToItsPlace() {
    house.executor.onSubmit(
        handle -> {
          throw new IllegalStateException("kill -9");
        });
    UUID id = house.submit();
    house.dispatcher.runOnce();
    UUID second = house.submit();
    house.executor.onSubmit(handle -> {});
    JobsHouse next = house.restarted();

    expect(only(next), id, "requeued");

    assertThat(next.queue()).containsExactly(id.toString(), second.toString());
    next.dispatcher.runOnce();
    assertThat(next.executor.submissions(id)).as("the second attempt").isEqualTo(1);
  }

  @Test
  void aLaunchThatStartedMeanwhileIsAdopted() {
    UUID id = house.launched(JobsHouse.spec());
    house.executor.of(id).runs(house.clock.instant());
    JobsHouse next = house.restarted();

    expect(only(next), id, "reattached");

    assertThat(next.path(id)).isEqualTo("QUEUED PREPARING LAUNCHING RUNNING");
    assertThat(next.executor.submissions(id)).isEqualTo(1);
  }

  @Test
  void aLaunchThatStartedAndEndedMeanwhileIsCompleted() {
    UUID id = house.launched(JobsHouse.spec());
    house.executor.of(id).exits(0, house.clock.instant(), house.clock.instant());
    JobsHouse next = house.restarted();

    expect(only(next), id, "ended_while_down");

    assertThat(next.path(id)).isEqualTo("QUEUED PREPARING LAUNCHING RUNNING COMPLETED");
  }

  @Test
  void aLaunchThatHasClaimedItsStartIsWaitedFor() {
    UUID id = house.launched(JobsHouse.spec());
    house
        .executor
        .of(id)
        .shows(
            new Observation.Pending(
                new Evidence(List.of("claimed"), HeartbeatAge.ABSENT, List.of())));
    JobsHouse next = house.restarted();

    expect(only(next), id, "pending");
  }

  @Test
  void aLostJobFollowsItsPolicy() {
    UUID fail = house.running(JobsHouse.spec(OnInterrupt.FAIL));
    UUID requeue = house.running(JobsHouse.spec(OnInterrupt.REQUEUE));
    UUID resume = house.running(JobsHouse.spec(OnInterrupt.RESUME));
    for (UUID id : List.of(fail, requeue, resume)) {
      house.executor.of(id).isLost("boot id differs");
    }
    JobsHouse next = house.restarted();

    List<Reattachment.Result> results = start(next);

    assertThat(results)
        .containsExactly(
            new Reattachment.Result(fail, "lost", Optional.empty()),
            new Reattachment.Result(requeue, "requeued", Optional.empty()),
            new Reattachment.Result(resume, "requeued", Optional.empty()));
    assertThat(next.queue()).containsExactly(requeue.toString(), resume.toString());
    assertThat(next.attempts(requeue).get(0).evidence()).isEqualTo("boot id differs");
  }

  @Test
  void aJobThatWasBeingCancelledIsCancelledFurther() {
    UUID running = house.running(JobsHouse.spec());
    UUID preparing = house.claimed(JobsHouse.spec());
    house.jobs.cancel(running);
    house.jobs.cancel(preparing);
    house.clock.advance(Duration.ofSeconds(29));
    JobsHouse next = house.restarted();

    start(next);

    assertThat(next.executor.of(running).cancels()).containsExactly(Duration.ofSeconds(29));
    assertThat(next.state(preparing)).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void corruptFilesAreTheTroubleOfOneJobOnly() {
    UUID corrupt = house.running(JobsHouse.spec());
    UUID unknown = house.running(JobsHouse.spec());
    UUID broken = house.running(JobsHouse.spec());
    UUID fine = house.running(JobsHouse.spec());
    house
        .executor
        .of(corrupt)
        .shows(
            new Observation.Running(
                new Evidence(
                    List.of("lock is held"), HeartbeatAge.ABSENT, List.of("sentinel is corrupt")),
                house.clock.instant(),
                true,
                0));
    house.executor.of(unknown).isUnknown("claim unreadable");
    house.executor.of(broken).isUnreachable();
    JobsHouse next = house.restarted();

    List<Reattachment.Result> results = start(next);

    assertThat(results).hasSize(4);
    assertThat(results.get(0).trouble()).contains("sentinel is corrupt");
    assertThat(results.get(1).trouble()).contains("no verdict possible yet: claim unreadable");
    assertThat(results.get(2).trouble().orElseThrow()).contains("the back end is away");
    assertThat(results.get(3).trouble()).isEmpty();
    assertThat(results).extracting(Reattachment.Result::counted).containsOnly("reattached");
    for (UUID id : List.of(corrupt, unknown, broken, fine)) {
      assertThat(next.state(id)).isEqualTo(JobState.RUNNING);
    }
  }

  @Test
  void aTurnThatFailsIsReportedAndLeftToTheLoop() {
    UUID id = house.launched(JobsHouse.spec());
    house
        .executor
        .of(id)
        .shows(
            new Observation.Pending(
                new Evidence(List.of("claimed"), HeartbeatAge.ABSENT, List.of())));
    house.executor.of(id).isUnreachable();
    JobsHouse next = house.restarted();

    Reattachment.Result result = only(next);

    assertThat(result.counted()).isEqualTo("failed");
    assertThat(result.trouble()).contains("the back end is away");
  }

  @Test
  void repeatingItChangesNothing() {
    UUID running = house.running(JobsHouse.spec());
    UUID exited = house.running(JobsHouse.spec());
    house.executor.of(exited).exits(0, house.clock.instant(), house.clock.instant());
    UUID claimed = house.claimed(JobsHouse.spec());
    JobsHouse next = house.restarted();
    List<Reattachment.Found> inventory = next.reattachment.inventory();

    assertThat(next.reattachment.inventory()).hasSameSizeAs(inventory);
    next.reattachment.reattach(inventory);
    List<Job> after = List.of(next.job(running), next.job(exited), next.job(claimed));
    next.reattachment.reattach(inventory);

    assertThat(List.of(next.job(running), next.job(exited), next.job(claimed))).isEqualTo(after);
    assertThat(next.samples(exited)).hasSize(1);
    assertThat(next.queue()).containsExactly(claimed.toString());
  }

  @Test
  void aJobDeletedInBetweenIsLeftOut() {
    UUID id = house.running(JobsHouse.spec());
    JobsHouse next = house.restarted();
    List<Reattachment.Found> inventory = next.reattachment.inventory();
    database.execute("DELETE FROM job");

    assertThat(next.reattachment.reattach(inventory)).isEmpty();
    assertThat(next.jobs.find(id)).isEmpty();
  }

  @Test
  void theFormerLifeCanWriteNothingAnyMore() {
    UUID id = house.running(JobsHouse.spec());
    house.restarted().reattachment.inventory();
    house.executor.of(id).exits(0, house.clock.instant(), house.clock.instant());

    house.reconciler.reconcile(id);

    assertThat(house.state(id)).isEqualTo(JobState.RUNNING);
    assertThat(house.samples(id)).isEmpty();
  }

  @Test
  void aHundredRunningJobsAreReattached() {
    List<UUID> ids = new ArrayList<>(house.submit(100));
    house.dispatcher.runOnce();
    ids.forEach(id -> house.executor.of(id).runs(house.clock.instant()));
    house.reconciler.runOnce();
    JobsHouse next = house.restarted();

    long begin = System.nanoTime();
    List<Reattachment.Result> results = start(next);
    System.out.println(
        "100 running jobs re-attached in " + (System.nanoTime() - begin) / 1_000_000 + " ms");

    assertThat(results).extracting(Reattachment.Result::job).containsExactlyElementsOf(ids);
    assertThat(results).extracting(Reattachment.Result::counted).containsOnly("reattached");
  }

  @Test
  void whatEndedButWasNotAcknowledgedIsAcknowledgedAtTheNextStart() {
    UUID id = house.running(JobsHouse.spec());
    house.executor.onAcknowledge(
        handle -> {
          throw new IllegalStateException("killed between the commit and the acknowledgement");
        });
    house.executor.of(id).exits(0, house.clock.instant(), house.clock.instant());
    house.reconciler.runOnce();
    assertThat(house.state(id)).isEqualTo(JobState.COMPLETED);
    AtomicInteger acknowledged = new AtomicInteger();
    house.executor.onAcknowledge(handle -> acknowledged.incrementAndGet());

    JobsHouse next = house.restarted();
    next.reattachment.reattach(next.reattachment.inventory());

    assertThat(acknowledged).hasValue(1);
  }
}
