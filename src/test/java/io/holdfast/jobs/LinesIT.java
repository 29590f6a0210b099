package io.holdfast.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repositories.GitFailed;
import io.holdfast.testing.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that want the same repositories: who waits, who shares, who goes on. */
class LinesIT {

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

  private UUID shared(String repository) {
    return house.submit(JobsHouse.spec(OnInterrupt.FAIL, true, List.of(repository)));
  }

  private UUID exclusive(String... repositories) {
    return house.submit(JobsHouse.exclusive(repositories));
  }

  private void ends(UUID id) {
    house.executor.of(id).exits(0, house.clock.instant(), house.clock.instant());
    house.reconciler.runOnce();
    assertThat(house.state(id)).isEqualTo(JobState.COMPLETED);
  }

  private List<String> locks() {
    return database.values("SELECT repository FROM repository_lock ORDER BY repository");
  }

  private List<String> tickets() {
    return database.values("SELECT state FROM repository_ticket ORDER BY seq");
  }

  @Test
  void aJobHasItsRepositoryWhileItIsPreparedAndNoLonger() {
    List<List<String>> held = new ArrayList<>();
    house.executor.onPrepare(handle -> held.add(locks()));

    UUID id = shared("alpha");
    house.dispatcher.runOnce();

    assertThat(held).containsExactly(List.of("alpha"));
    assertThat(house.path(id)).isEqualTo("QUEUED PREPARING LAUNCHING");
    assertThat(locks()).isEmpty();
    assertThat(tickets()).isEmpty();
    assertThat(database.value("SELECT phase FROM batch")).isEqualTo("DISSOLVED");
    assertThat(database.value("SELECT count(*) FROM job WHERE batch_id IS NOT NULL"))
        .isEqualTo("1");
  }

  @Test
  void anExclusiveJobHasItToItsEndAndTheOthersStandInLineAndHoldUpNobody() {
    UUID first = exclusive("alpha");
    UUID second = exclusive("alpha");
    UUID third = shared("alpha");
    UUID other = shared("beta");
    house.dispatcher.runOnce();
    assertThat(house.state(first)).isEqualTo(JobState.LAUNCHING);
    assertThat(house.state(second)).isEqualTo(JobState.WAITING);
    assertThat(house.state(third)).isEqualTo(JobState.WAITING);
    assertThat(house.state(other)).isEqualTo(JobState.LAUNCHING);
    assertThat(house.queue()).isEmpty();

    ends(first);
    assertThat(house.state(second)).isEqualTo(JobState.QUEUED);
    house.dispatcher.runOnce();

    assertThat(house.state(second)).isEqualTo(JobState.LAUNCHING);
    assertThat(house.state(third)).isEqualTo(JobState.WAITING);
    ends(second);
    house.dispatcher.runOnce();
    assertThat(house.path(third)).isEqualTo("QUEUED WAITING QUEUED PREPARING LAUNCHING");
    assertThat(locks()).isEmpty();
  }

  @Test
  void aCancelClosesTheGapInTheLine() {
    UUID first = exclusive("alpha");
    UUID second = exclusive("alpha", "beta");
    UUID third = shared("beta");
    house.dispatcher.runOnce();
    assertThat(house.state(third)).as("beta is reserved").isEqualTo(JobState.WAITING);

    house.jobs.cancel(second);

    assertThat(house.state(second)).isEqualTo(JobState.CANCELLED);
    assertThat(house.state(third)).isEqualTo(JobState.QUEUED);
    house.dispatcher.runOnce();
    assertThat(house.state(third)).isEqualTo(JobState.LAUNCHING);
    assertThat(house.state(first)).isEqualTo(JobState.LAUNCHING);
  }

  @Test
  void aJobOfSeveralRepositoriesGetsAllOrNone() {
    UUID first = exclusive("alpha");
    UUID composite = house.submit(JobsHouse.spec(OnInterrupt.FAIL, true, List.of("alpha", "beta")));
    house.dispatcher.runOnce();
    assertThat(house.state(composite)).isEqualTo(JobState.WAITING);
    assertThat(locks()).containsExactly("alpha");

    ends(first);
    house.dispatcher.runOnce();

    assertThat(house.state(composite)).isEqualTo(JobState.LAUNCHING);
    assertThat(house.clones.fetched()).containsExactly("alpha", "alpha", "beta");
    assertThat(locks()).isEmpty();
  }

  @Test
  void tenJobsAtOnceAreFetchedForOnceAndStartFromOneCommit() {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ids.add(shared("alpha"));
    }
    List<JobState> meanwhile = new ArrayList<>();
    house.clones.whenFetching("alpha", () -> ids.forEach(id -> meanwhile.add(house.state(id))));

    house.dispatcher.runOnce();
    assertThat(meanwhile)
        .containsExactly(
            JobState.PREPARING,
            JobState.BATCHED,
            JobState.BATCHED,
            JobState.BATCHED,
            JobState.BATCHED,
            JobState.BATCHED,
            JobState.BATCHED,
            JobState.BATCHED,
            JobState.BATCHED,
            JobState.BATCHED);
    house.dispatcher.runOnce();

    assertThat(ids).allSatisfy(id -> assertThat(house.state(id)).isEqualTo(JobState.LAUNCHING));
    assertThat(house.clones.fetched()).containsExactly("alpha");
    assertThat(house.copies.made()).hasSize(10);
    assertThat(house.copies.made().stream().map(copy -> copy.commit()).distinct()).hasSize(1);
    assertThat(database.value("SELECT phase || ' ' || members FROM batch"))
        .isEqualTo("DISSOLVED 10");
    assertThat(tickets()).isEmpty();
    assertThat(locks()).isEmpty();
  }

  @Test
  void aFetchThatFailsFailsAllWhoWaitedForItWithOneReason() {
    List<UUID> ids = List.of(shared("alpha"), shared("alpha"), shared("alpha"));
    house.clones.whenFetching(
        "alpha",
        () -> {
          throw new GitFailed("access denied", true);
        });

    house.dispatcher.runOnce();

    assertThat(ids)
        .allSatisfy(
            id -> {
              assertThat(house.state(id)).isEqualTo(JobState.FAILED);
              assertThat(house.job(id).reason()).isEqualTo("repository alpha: access denied");
            });
    assertThat(house.path(ids.get(1))).isEqualTo("QUEUED BATCHED FAILED");
    assertThat(locks()).isEmpty();
    assertThat(tickets()).isEmpty();
  }

  @Test
  void aCancelledLeaderIsSucceededByTheNextMember() {
    UUID leader = shared("alpha");
    UUID member = shared("alpha");
    Grants grants = new Grants(house.store, house.granter);
    house.transactions.call(() -> grants.claim(100, house.clock.instant()));
    assertThat(house.state(member)).isEqualTo(JobState.BATCHED);

    house.jobs.cancel(leader);
    house.reconciler.runOnce(); // nobody prepares it
    house.dispatcher.runOnce();

    assertThat(house.state(leader)).isEqualTo(JobState.CANCELLED);
    assertThat(house.state(member)).isEqualTo(JobState.LAUNCHING);
    assertThat(house.clones.fetched()).containsExactly("alpha");
    assertThat(database.value("SELECT count(*) FROM batch")).isEqualTo("1");
  }

  @Test
  void aLeaderWhoseServerDiesFetchesAgainForAll() {
    UUID leader = shared("alpha");
    UUID member = shared("alpha");
    Grants grants = new Grants(house.store, house.granter);
    house.transactions.call(() -> grants.claim(100, house.clock.instant()));

    JobsHouse next = house.restarted();
    next.reattachment.reattach(next.reattachment.inventory());
    assertThat(next.state(leader)).isEqualTo(JobState.QUEUED);
    assertThat(next.state(member)).isEqualTo(JobState.BATCHED);
    assertThat(locks()).isEmpty();
    next.dispatcher.runOnce();
    next.dispatcher.runOnce();

    assertThat(next.state(leader)).isEqualTo(JobState.LAUNCHING);
    assertThat(next.state(member)).isEqualTo(JobState.LAUNCHING);
    assertThat(next.clones.fetched()).containsExactly("alpha");
  }

  @Test
  void aWholeLineBehindAnExclusiveJobSharesOneFetch() {
    UUID first = exclusive("alpha");
    List<UUID> line = List.of(shared("alpha"), shared("alpha"), shared("alpha"));
    house.dispatcher.runOnce();
    house.clones.fetched().clear();

    ends(first);
    house.dispatcher.runOnce();
    house.dispatcher.runOnce();

    assertThat(line).allSatisfy(id -> assertThat(house.state(id)).isEqualTo(JobState.LAUNCHING));
    assertThat(house.clones.fetched()).containsExactly("alpha");
  }

  @Test
  void twoServersGiveARepositoryToOneOfThem() {
    UUID first = exclusive("alpha");
    UUID second = exclusive("alpha");
    JobsHouse other = house.beside("node-2");
    house.dispatcher.runOnce();
    other.dispatcher.runOnce();

    assertThat(house.state(first)).isEqualTo(JobState.LAUNCHING);
    assertThat(house.state(second)).isEqualTo(JobState.WAITING);
    ends(first);
    other.dispatcher.runOnce();
    assertThat(house.state(second)).isEqualTo(JobState.LAUNCHING);
    assertThat(database.value("SELECT node_id FROM repository_lock")).isEqualTo("node-2");
  }

  @Test
  void aPreparationThatLostItsLockMakesNoWorkspace() {
    UUID id = shared("alpha");
    house.clones.whenFetching(
        "alpha", () -> database.execute("UPDATE repository_lock SET fence = fence + 1000"));

    house.dispatcher.runOnce();

    assertThat(house.state(id)).isEqualTo(JobState.PREPARING);
    assertThat(house.home.resolve("jobs").resolve(id.toString()).resolve("workspace"))
        .doesNotExist();
  }

  @Test
  void manyThatWaitDoNotKeepTheQueueFromOthers() {
    exclusive("alpha");
    for (int i = 0; i < Grants.WINDOW + 20; i++) {
      exclusive("alpha");
    }
    UUID last = house.submit();

    house.dispatcher.runOnce();

    assertThat(house.state(last)).isEqualTo(JobState.LAUNCHING);
    assertThat(database.value("SELECT count(*) FROM job WHERE state = 'WAITING'"))
        .isEqualTo("" + (Grants.WINDOW + 20));
  }
}
