package io.holdfast.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.jobs.ActionOutcome.Done;
import io.holdfast.jobs.ActionOutcome.NotFound;
import io.holdfast.jobs.ActionOutcome.WrongState;
import io.holdfast.jobs.SubmitOutcome.Accepted;
import io.holdfast.jobs.SubmitOutcome.KeyReused;
import io.holdfast.jobs.SubmitOutcome.Refused;
import io.holdfast.jobs.SubmitOutcome.Replayed;
import io.holdfast.platform.Position;
import io.holdfast.testing.TestDatabase;
import io.holdfast.testing.Together;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobsIT {

  private static final IdempotencyKey KEY = new IdempotencyKey("key-1", "hash-1");

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

  private SubmitOutcome submit(String owner, @Nullable IdempotencyKey key) {
    return house.jobs.submit(List.of(JobsHouse.spec()), owner, key);
  }

  private static Job done(ActionOutcome outcome) {
    assertThat(outcome).isInstanceOf(Done.class);
    return ((Done) outcome).job();
  }

  private String count(String table) {
    return database.value("SELECT count(*) FROM " + table);
  }

  // Submit

  @Test
  void anAcceptedJobIsInTheQueueAndReadsAsItWasAnswered() {
    Job accepted = ((Accepted) submit(JobsHouse.ME, null)).jobs().get(0);

    assertThat(house.job(accepted.id())).isEqualTo(accepted);
    assertThat(accepted.state()).isEqualTo(JobState.QUEUED);
    assertThat(accepted.queuedAt()).isEqualTo(accepted.createdAt());
    assertThat(house.queue()).containsExactly(accepted.id().toString());
    assertThat(house.jobs.events(accepted.id()))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.from()).isNull();
              assertThat(event.to()).isEqualTo(JobState.QUEUED);
            });
  }

  @Test
  void withoutAutoStartItIsNotQueuedUntilStarted() {
    UUID id = house.submit(JobsHouse.spec(OnInterrupt.FAIL, false, List.of()));
    assertThat(house.state(id)).isEqualTo(JobState.CREATED);
    assertThat(house.queue()).isEmpty();
    assertThat(house.dispatcher.runOnce()).isZero();

    Job started = done(house.jobs.start(id));

    assertThat(started.state()).isEqualTo(JobState.QUEUED);
    assertThat(house.queue()).containsExactly(id.toString());
    assertThat(house.jobs.start(id)).isInstanceOf(WrongState.class);
    assertThat(house.queue()).hasSize(1);
  }

  @Test
  void aJobWhoseRepositoryIsRemovedWhileItComesInIsRefusedAndItsKeyIsFree() {
    house.removedRepositories.add("gone");
    JobSpec spec = JobsHouse.spec(OnInterrupt.FAIL, true, List.of("kept", "gone"));
    IdempotencyKey key = new IdempotencyKey("k", "hash");

    assertThat(house.jobs.submit(List.of(spec), JobsHouse.ME, key))
        .isEqualTo(new SubmitOutcome.Refused(0, List.of(NamedRepositories.unknown("gone"))));
    house.removedRepositories.clear();

    assertThat(house.jobs.submit(List.of(spec), JobsHouse.ME, key)).isInstanceOf(Accepted.class);
    assertThat(count("job")).isEqualTo("1");
  }

  @Test
  void manyComeInTogetherInOrderOrNoneDoes() {
    JobSpec good = JobsHouse.spec();
    JobSpec bad =
        new JobSpec(
            null,
            "shell",
            List.of(),
            null,
            Map.of(),
            List.of(),
            null,
            false,
            true,
            Duration.ofHours(1),
            OnInterrupt.FAIL);

    SubmitOutcome refused = house.jobs.submit(List.of(good, bad, good), JobsHouse.ME, KEY);
    assertThat(refused).isInstanceOf(Refused.class);
    assertThat(((Refused) refused).index()).isEqualTo(1);
    assertThat(count("job")).isEqualTo("0");
    assertThat(count("idempotency_key")).isEqualTo("0");

    SubmitOutcome accepted = house.jobs.submit(List.of(good, good, good), JobsHouse.ME, KEY);
    assertThat(accepted).isInstanceOf(Accepted.class);
    assertThat(house.queue())
        .containsExactlyElementsOf(
            ((Accepted) accepted).jobs().stream().map(job -> job.id().toString()).toList());
  }

  @Test
  void allOfAJobIsStoredAsItCame() {
    JobSpec spec =
        new JobSpec(
            "title \ud83d\ude00",
            "shell",
            List.of("sh", "-c", "echo '\"$HOME\"'\n", ""),
            "quotes ' \" ` and $(rm -rf /)\n\ttab",
            Map.of("A", "1=2", "B", "\u20ac{}\"\\"),
            List.of("beta", "alpha"),
            "feature/x",
            true,
            true,
            Duration.ofSeconds(77),
            OnInterrupt.RESUME);

    UUID id = house.submit(spec);

    assertThat(house.job(id).spec()).isEqualTo(spec);
  }

  // Idempotency

  @Test
  void theSameRequestUnderTheSameKeyIsTheSameJob() {
    Job first = ((Accepted) submit(JobsHouse.ME, KEY)).jobs().get(0);
    house.jobs.cancel(first.id());

    SubmitOutcome again = submit(JobsHouse.ME, KEY);

    assertThat(again).isInstanceOf(Replayed.class);
    assertThat(((Replayed) again).jobs()).containsExactly(house.job(first.id()));
    assertThat(count("job")).isEqualTo("1");
  }

  @Test
  void anotherBodyUnderTheSameKeyIsRefused() {
    submit(JobsHouse.ME, KEY);

    assertThat(submit(JobsHouse.ME, new IdempotencyKey("key-1", "hash-2")))
        .isInstanceOf(KeyReused.class);
    assertThat(count("job")).isEqualTo("1");
  }

  @Test
  void keysOfDifferentOwnersHaveNothingToDoWithEachOther() {
    assertThat(submit("one", KEY)).isInstanceOf(Accepted.class);
    assertThat(submit("two", new IdempotencyKey("key-1", "hash-2"))).isInstanceOf(Accepted.class);
  }

  @Test
  void twentyAtOnceUnderOneKeyMakeOneJob() throws Exception {
    List<SubmitOutcome> outcomes = Together.run(20, i -> submit(JobsHouse.ME, KEY));

    assertThat(outcomes.stream().filter(Accepted.class::isInstance)).hasSize(1);
    assertThat(outcomes.stream().filter(Replayed.class::isInstance)).hasSize(19);
    Set<UUID> ids = new HashSet<>();
    for (SubmitOutcome outcome : outcomes) {
      List<Job> jobs =
          outcome instanceof Accepted accepted ? accepted.jobs() : ((Replayed) outcome).jobs();
      assertThat(jobs).hasSize(1);
      ids.add(jobs.get(0).id());
    }
    assertThat(ids).hasSize(1);
    assertThat(count("job")).isEqualTo("1");
    assertThat(house.queue()).hasSize(1);
  }

  @Test
  void aKeyOutlivesItsDeletedJob() {
    Job first = ((Accepted) submit(JobsHouse.ME, KEY)).jobs().get(0);
    house.jobs.cancel(first.id());
    house.jobs.delete(first.id());

    assertThat(submit(JobsHouse.ME, KEY)).isEqualTo(new Replayed(List.of()));
    assertThat(count("job")).isEqualTo("0");
  }

  // Cancel

  @ParameterizedTest
  @EnumSource(names = {"CREATED", "QUEUED", "WAITING", "BATCHED"})
  void whatDoesNotRunIsCancelledAtOnce(JobState state) {
    UUID id = house.submit(JobsHouse.spec(OnInterrupt.FAIL, state != JobState.CREATED, List.of()));
    if (state == JobState.WAITING || state == JobState.BATCHED) {
      database.execute("DELETE FROM job_ready");
      database.execute("UPDATE job SET state = '" + state + "'");
    }
    house.clock.advance(Duration.ofSeconds(7));

    Job cancelled = done(house.jobs.cancel(id));

    assertThat(cancelled.state()).isEqualTo(JobState.CANCELLED);
    assertThat(cancelled.reason()).isEqualTo("cancelled before it started");
    assertThat(house.queue()).isEmpty();
    assertThat(house.samples(id)).containsExactly("CANCELLED");
    assertThat(house.dispatcher.runOnce()).isZero();
  }

  @Test
  void aJobInPreparationIsCancelledInsteadOfLaunched() {
    UUID id = house.submit();
    house.executor.onPrepare(
        handle -> {
          assertThat(done(house.jobs.cancel(id)).state()).isEqualTo(JobState.PREPARING);
        });

    house.dispatcher.runOnce();

    assertThat(house.state(id)).isEqualTo(JobState.CANCELLED);
    assertThat(house.executor.submissions(id)).isZero();
    assertThat(house.path(id)).isEqualTo("QUEUED PREPARING CANCELLED");
  }

  @Test
  void aLaunchThatShowsNoSignIsRevoked() {
    UUID id = house.launched(JobsHouse.spec());

    done(house.jobs.cancel(id));
    house.reconciler.reconcile(id);

    assertThat(house.state(id)).isEqualTo(JobState.CANCELLED);
    assertThat(house.path(id)).isEqualTo("QUEUED PREPARING LAUNCHING CANCELLED");
    assertThat(house.executor.of(id).acknowledged()).isTrue();
  }

  @Test
  void aLaunchThatTurnsOutToRunIsTerminatedLikeARunningJob() {
    UUID id = house.launched(JobsHouse.spec());
    done(house.jobs.cancel(id));
    house.executor.of(id).runs(house.clock.instant());

    house.reconciler.reconcile(id);
    house.reconciler.reconcile(id);

    assertThat(house.executor.of(id).cancels()).hasSize(1);
    house.executor.of(id).exits(143, house.clock.instant(), house.clock.instant());
    house.reconciler.reconcile(id);
    assertThat(house.path(id)).isEqualTo("QUEUED PREPARING LAUNCHING RUNNING CANCELLED");
  }

  @Test
  void aCancelledLaunchWhoseProcessIsLostIsCancelled() {
    UUID id = house.launched(JobsHouse.spec(OnInterrupt.REQUEUE));
    done(house.jobs.cancel(id));
    house.executor.of(id).isLost("runner killed");

    house.reconciler.reconcile(id);

    assertThat(house.path(id)).isEqualTo("QUEUED PREPARING LAUNCHING CANCELLED");
  }

  @Test
  void aRunningJobGetsTermThenKillAfterTheGrace() {
    UUID id = house.running(JobsHouse.spec());

    assertThat(done(house.jobs.cancel(id)).state()).isEqualTo(JobState.RUNNING);
    assertThat(house.changed).contains(id);
    house.reconciler.reconcile(id);
    house.clock.advance(Duration.ofSeconds(10));
    done(house.jobs.cancel(id));
    house.reconciler.reconcile(id);

    assertThat(house.executor.of(id).cancels())
        .as("a second cancel does not begin the grace anew")
        .containsExactly(Duration.ZERO, Duration.ofSeconds(10));
    house.executor.of(id).exits(137, house.clock.instant(), house.clock.instant());
    house.reconciler.reconcile(id);
    assertThat(house.state(id)).isEqualTo(JobState.CANCELLED);
    assertThat(house.job(id).exitCode()).isEqualTo(137);
    assertThat(house.samples(id)).containsExactly("CANCELLED");
  }

  @Test
  void aCancelledJobIsNotQueuedAgainWhenItsProcessIsLost() {
    UUID id = house.running(JobsHouse.spec(OnInterrupt.REQUEUE));
    house.jobs.cancel(id);
    house.executor.of(id).isLost("runner killed");

    house.reconciler.reconcile(id);

    assertThat(house.state(id)).isEqualTo(JobState.CANCELLED);
    assertThat(house.queue()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"COMPLETED", "FAILED", "TIMED_OUT", "LOST"})
  void whatHasEndedCannotBeCancelled(JobState state) {
    UUID id = house.ended(state);

    assertThat(house.jobs.cancel(id)).isInstanceOf(WrongState.class);
    assertThat(house.state(id)).isEqualTo(state);
  }

  @Test
  void cancellingTwiceChangesNothingMore() {
    UUID id = house.submit();
    Job first = done(house.jobs.cancel(id));

    assertThat(done(house.jobs.cancel(id))).isEqualTo(first);
    assertThat(house.samples(id)).hasSize(1);
  }

  @Test
  void aLostJobThatWaitsForItsNextAttemptCanBeCancelled() {
    UUID id = house.running(JobsHouse.spec(OnInterrupt.REQUEUE));
    house.executor.of(id).isLost("the runner was killed");
    house.reconciler.reconcile(id);
    AttemptRecord lost = house.attempts(id).get(0);

    assertThat(done(house.jobs.cancel(id)).state()).isEqualTo(JobState.CANCELLED);

    assertThat(house.samples(id)).containsExactly("LOST", "CANCELLED");
    assertThat(house.attempts(id)).as("an attempt that ended stays as it is").containsExactly(lost);
  }

  @Test
  void aCancelThatMeetsARequeueStillCancels() {
    UUID id = house.claimed(JobsHouse.spec());
    AtomicBoolean once = new AtomicBoolean();
    Jobs racing =
        house.jobs(
            new InterruptedStore(
                house.store,
                () -> {
                  if (once.compareAndSet(false, true)) {
                    // Between the cancel's read and its write the preparation is given back.
                    house.reconciler.reconcile(id);
                  }
                }));

    Job cancelled = done(racing.cancel(id));

    assertThat(cancelled.state()).isEqualTo(JobState.CANCELLED);
    assertThat(house.path(id)).isEqualTo("QUEUED PREPARING QUEUED CANCELLED");
  }

  @Test
  void cancelAgainstClaimHasExactlyOneOutcome() throws Exception {
    JobsHouse other = house.beside("node-2");
    for (int round = 0; round < 40; round++) {
      UUID id = house.submit();
      Together.run(
          List.of(
              () -> house.jobs.cancel(id),
              () -> house.dispatcher.runOnce(),
              () -> other.dispatcher.runOnce(),
              () -> other.jobs.cancel(id)));
      house.reconciler.runOnce();
      other.reconciler.runOnce();

      assertThat(house.path(id))
          .isIn(
              "QUEUED CANCELLED",
              "QUEUED PREPARING CANCELLED",
              "QUEUED PREPARING QUEUED CANCELLED",
              "QUEUED PREPARING LAUNCHING CANCELLED");
      assertThat(house.samples(id)).containsExactly("CANCELLED");
      assertThat(house.queue()).isEmpty();
    }
  }

  // Resume

  @ParameterizedTest
  @EnumSource(names = {"FAILED", "LOST"})
  void whatFailedOrWasLostCanBeResumedAsANewAttemptAtTheEndOfTheQueue(JobState state) {
    UUID id = house.ended(state);
    AttemptRecord first = house.attempts(id).get(0);
    UUID before = house.submit();

    Job resumed = done(house.jobs.resume(id));

    assertThat(resumed.state()).isEqualTo(JobState.QUEUED);
    assertThat(resumed.exitCode()).isNull();
    assertThat(resumed.reason()).isNull();
    assertThat(resumed.endedAt()).isNull();
    assertThat(house.queue()).containsExactly(before.toString(), id.toString());
    assertThat(house.attempts(id)).containsExactly(first);

    house.dispatcher.runOnce();
    assertThat(house.job(id).attempt()).isEqualTo(2);
    assertThat(house.attempts(id)).hasSize(2).contains(first);
  }

  @Test
  void aResumedJobThatIsCancelledInTheQueueIsCountedForWhatItWas() {
    UUID id = house.ended(JobState.FAILED);
    house.jobs.resume(id);

    done(house.jobs.cancel(id));

    assertThat(house.samples(id)).containsExactly("FAILED", "CANCELLED");
    assertThat(house.attempts(id).get(0).outcome()).isEqualTo("FAILED");
    assertThat(house.attempts(id).get(0).exitCode()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(names = {"COMPLETED", "TIMED_OUT", "CANCELLED"})
  void otherEndsAreFinal(JobState state) {
    UUID id = house.ended(state);

    assertThat(house.jobs.resume(id)).isInstanceOf(WrongState.class);
    assertThat(house.jobs.start(id)).isInstanceOf(WrongState.class);
    assertThat(house.state(id)).isEqualTo(state);
  }

  @Test
  void whatHasNotEndedCannotBeResumed() {
    assertThat(house.jobs.resume(house.running(JobsHouse.spec()))).isInstanceOf(WrongState.class);
    assertThat(house.jobs.resume(house.submit())).isInstanceOf(WrongState.class);
  }

  // Delete

  @ParameterizedTest
  @EnumSource(names = {"COMPLETED", "FAILED", "TIMED_OUT", "CANCELLED", "LOST"})
  void anEndedJobCanBeDeletedAndItsStatisticsStay(JobState state) {
    UUID id = house.ended(state);

    done(house.jobs.delete(id));

    assertThat(house.jobs.find(id)).isEmpty();
    assertThat(count("job_event")).isEqualTo("0");
    assertThat(count("job_attempt")).isEqualTo("0");
    assertThat(house.samples(id)).containsExactly(state.name());
  }

  @Test
  void theFilesOfADeletedJobGoWithIt() throws IOException {
    UUID id = house.ended(JobState.COMPLETED);
    Path directory = house.home.resolve("jobs/" + id);
    Files.writeString(directory.resolve("workspace/result"), "x");

    done(house.jobs.delete(id));

    assertThat(directory).doesNotExist();
    assertThat(house.jobs.delete(id)).isInstanceOf(NotFound.class);
  }

  @Test
  void filesThatCannotBeRemovedAreLeftAndTheJobIsGoneAllTheSame() throws IOException {
    UUID id = house.submit(JobsHouse.spec(OnInterrupt.FAIL, false, List.of()));
    Path directory = Files.createDirectories(house.home.resolve("jobs/" + id));
    Files.createDirectories(directory.resolve("workspace.commits/in the way"));

    done(house.jobs.delete(id));

    assertThat(house.jobs.find(id)).isEmpty();
    assertThat(directory).exists();
  }

  @Test
  void whatIsAtWorkOrWaitsCannotBeDeleted() {
    UUID running = house.running(JobsHouse.spec());
    UUID queued = house.submit();

    assertThat(house.jobs.delete(running)).isInstanceOf(WrongState.class);
    assertThat(house.jobs.delete(queued)).isInstanceOf(WrongState.class);
    assertThat(count("job")).isEqualTo("2");
  }

  @Test
  void deleteAgainstStartDeletesNothingThatIsQueued() throws Exception {
    for (int round = 0; round < 20; round++) {
      UUID id = house.submit(JobsHouse.spec(OnInterrupt.FAIL, false, List.of()));

      List<ActionOutcome> outcomes =
          Together.run(List.of(() -> house.jobs.delete(id), () -> house.jobs.start(id)));

      boolean deleted = outcomes.get(0) instanceof Done;
      boolean started = outcomes.get(1) instanceof Done;
      assertThat(deleted).isNotEqualTo(started);
      assertThat(house.jobs.find(id).isPresent()).isEqualTo(started);
    }
  }

  @Test
  void whatDoesNotExistIsNotFound() {
    UUID nobody = UUID.randomUUID();

    assertThat(house.jobs.find(nobody)).isEmpty();
    assertThat(house.jobs.cancel(nobody)).isInstanceOf(NotFound.class);
    assertThat(house.jobs.start(nobody)).isInstanceOf(NotFound.class);
    assertThat(house.jobs.resume(nobody)).isInstanceOf(NotFound.class);
    assertThat(house.jobs.delete(nobody)).isInstanceOf(NotFound.class);
  }

  @Test
  void aJobThatChangesAgainAndAgainIsGivenUpLoudly() {
    UUID id = house.submit();
    Jobs unlucky =
        house.jobs(
            new InterruptedStore(
                house.store, () -> database.execute("UPDATE job SET version = version + 1")));

    assertThatThrownBy(() -> unlucky.cancel(id)).isInstanceOf(StaleJob.class);
    assertThat(house.state(id)).isEqualTo(JobState.QUEUED);
    assertThat(house.queue()).hasSize(1);
  }

  // Look

  @Test
  void thePagesOfTheListHoldEveryJobOnceAlsoWhereTimesAreEqual() {
    List<UUID> ids = house.submit(25); // the clock stands still: all times are equal

    List<UUID> seen = new ArrayList<>();
    Position position = null;
    while (true) {
      List<Job> page = house.jobs.list(new JobQuery(null, null, null, position, 7));
      if (page.isEmpty()) {
        break;
      }
      page.forEach(job -> seen.add(job.id()));
      Job last = page.get(page.size() - 1);
      position = new Position(last.createdAt(), last.id());
    }

    assertThat(seen).containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void theListIsNewestFirstAndFiltersByStateRepositoryAndOwner() {
    UUID first = house.submit(JobsHouse.spec(OnInterrupt.FAIL, true, List.of("alpha", "beta")));
    house.clock.advance(Duration.ofSeconds(1));
    UUID second = house.submit(JobsHouse.spec(OnInterrupt.FAIL, false, List.of("beta")));
    house.clock.advance(Duration.ofSeconds(1));
    Job third = ((Accepted) submit("somebody else", null)).jobs().get(0);

    assertThat(list(null, null, null)).containsExactly(third.id(), second, first);
    assertThat(list(JobState.CREATED, null, null)).containsExactly(second);
    assertThat(list(null, "beta", null)).containsExactly(second, first);
    assertThat(list(null, "alpha", null)).containsExactly(first);
    assertThat(list(null, null, "somebody else")).containsExactly(third.id());
    assertThat(list(JobState.QUEUED, "beta", JobsHouse.ME)).containsExactly(first);
    assertThat(list(JobState.RUNNING, null, null)).isEmpty();
  }

  private List<UUID> list(
      @Nullable JobState state, @Nullable String repository, @Nullable String owner) {
    return house.jobs.list(new JobQuery(state, repository, owner, null, 50)).stream()
        .map(Job::id)
        .toList();
  }

  @Test
  void positionsCountFromOneAndCloseTheGapOfACancelledJob() {
    List<UUID> ids = house.submit(4);
    house.jobs.cancel(ids.get(1));
    List<Job> jobs = ids.stream().map(house::job).toList();

    assertThat(house.jobs.queuePositions(jobs))
        .isEqualTo(Map.of(ids.get(0), 1L, ids.get(2), 2L, ids.get(3), 3L));
    assertThat(house.jobs.queuePositions(List.of(jobs.get(1)))).isEmpty();
  }

  @Test
  void aRepositoryIsUsedByWhatHasNotEnded() {
    UUID waiting = house.submit(JobsHouse.spec(OnInterrupt.FAIL, true, List.of("alpha")));
    UUID cancelled = house.submit(JobsHouse.spec(OnInterrupt.FAIL, true, List.of("alpha")));
    house.jobs.cancel(cancelled);

    assertThat(house.transactions.call(() -> house.jobs.usersOf("alpha"))).containsExactly(waiting);
    assertThat(house.transactions.call(() -> house.jobs.usersOf("beta"))).isEmpty();
  }

  @Test
  void outputIsOfTheAttemptAskedForElseOfTheLast(@TempDir Path directory) throws Exception {
    JobOutputs outputs = new JobOutputs(house.transactions, house.store, house.executor);
    UUID id = house.submit(JobsHouse.spec(OnInterrupt.REQUEUE));
    assertThat(outputs.of(id, null)).isEmpty();
    assertThat(outputs.size(house.job(id))).isZero();

    house.dispatcher.runOnce();
    house.executor.of(id).runs(house.clock.instant()).printed(5);
    house.reconciler.reconcile(id);
    assertThat(outputs.size(house.job(id))).as("of a running job").isEqualTo(5);
    house.executor.of(id).isLost("gone");
    house.reconciler.reconcile(id);
    assertThat(outputs.size(house.job(id))).as("of its last attempt").isEqualTo(5);

    house.dispatcher.runOnce();
    Path file = Files.writeString(directory.resolve("output"), "second");
    house.executor.of(id).runs(house.clock.instant()).printed(file);
    house.reconciler.reconcile(id);

    assertThat(outputs.of(id, 1).orElseThrow().size()).isEqualTo(5);
    assertThat(outputs.of(id, 1).orElseThrow().open()).isEmpty();
    JobOutputs.Output last = outputs.of(id, null).orElseThrow();
    assertThat(last.attempt()).isEqualTo(2);
    assertThat(last.size()).isEqualTo(6);
    try (SeekableByteChannel channel = last.open().orElseThrow()) {
      assertThat(channel.size()).isEqualTo(6);
    }
    assertThat(outputs.of(id, 3)).isEmpty();
  }
}
