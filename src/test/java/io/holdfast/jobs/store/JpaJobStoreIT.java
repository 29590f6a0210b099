package io.holdfast.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.execution.AttemptKey;
import io.holdfast.execution.Handle;
import io.holdfast.jobs.Job;
import io.holdfast.jobs.JobRef;
import io.holdfast.jobs.JobSpec;
import io.holdfast.jobs.JobState;
import io.holdfast.jobs.OnInterrupt;
import io.holdfast.jobs.QueueHealth;
import io.holdfast.jobs.StaleJob;
import io.holdfast.jobs.Transition;
import io.holdfast.platform.NodeEpoch;
import io.holdfast.platform.Transactions;
import io.holdfast.recovery.store.JpaStartupLog;
import io.holdfast.statistics.Sample;
import io.holdfast.statistics.Statistics;
import io.holdfast.statistics.store.JpaStatisticsStore;
import io.holdfast.testing.Claims;
import io.holdfast.testing.TestClock;
import io.holdfast.testing.TestDatabase;
import io.holdfast.testing.Together;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JpaJobStoreIT {

  private static final Instant NOW = TestClock.START;

  private static TestDatabase database;
  private static Transactions transactions;

  private Life life;

  /** One life of one node. */
  private record Life(NodeEpoch epoch, JpaJobStore store) {

    static Life begin(String node) {
      NodeEpoch epoch = new NodeEpoch(node);
      new JpaStartupLog(transactions, database.entityManager(), epoch).open("host", "boot", NOW);
      return new Life(epoch, new JpaJobStore(database.entityManager(), epoch));
    }

    List<UUID> claim(int slots) {
      return transactions.call(() -> Claims.claim(store, slots, NOW)).stream()
          .map(Job::id)
          .toList();
    }

    void apply(Transition... changes) {
      transactions.run(() -> Arrays.stream(changes).forEach(store::apply));
    }

    int adopt() {
      return transactions.call(store::adopt);
    }
  }

  @BeforeAll
  static void create() {
    database = TestDatabase.create();
    transactions = database.transactions();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void begin() {
    database.empty();
    life = Life.begin("node-1");
  }

  // What a job looks like, and its way

  private UUID insert() {
    UUID id = UUID.randomUUID();
    JobSpec spec =
        new JobSpec(
            null,
            "shell",
            List.of("true"),
            null,
            Map.of(),
            List.of(),
            null,
            false,
            true,
            Duration.ofMinutes(1),
            OnInterrupt.FAIL);
    Job job =
        new Job(
            id,
            spec,
            "me",
            JobState.QUEUED,
            0,
            0,
            null,
            null,
            null,
            0,
            NOW,
            NOW,
            null,
            null,
            null,
            null);
    transactions.run(() -> life.store.insert(job));
    return id;
  }

  private List<UUID> insert(int count) {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(insert());
    }
    return ids;
  }

  private JobRef ref(UUID id) {
    Job job = transactions.call(() -> life.store.find(id)).orElseThrow();
    return new JobRef(id, job.state(), job.attempt(), job.version());
  }

  private static Transition change(JobRef from, JobState to) {
    return change(from, to, null, false);
  }

  private static Transition change(
      JobRef from, JobState to, @Nullable String detail, boolean keepsPlace) {
    Transition.End end =
        to.isTerminal()
            ? new Transition.End(
                0, NOW, 10, new Sample(1.0, 2L, Duration.ofSeconds(3), Duration.ofSeconds(4), 5))
            : null;
    Transition.Launch launch =
        to == JobState.LAUNCHING
            ? new Transition.Launch(
                new Handle(
                    new AttemptKey(from.id(), from.attempt()),
                    UUID.randomUUID(),
                    UUID.randomUUID(),
                    "boot"),
                NOW.plusSeconds(60))
            : null;
    return new Transition(
        from, to, NOW, detail, keepsPlace, launch, to == JobState.RUNNING ? NOW : null, end);
  }

  private UUID running() {
    UUID id = insert();
    assertThat(life.claim(1000)).containsExactly(id);
    life.apply(change(ref(id), JobState.LAUNCHING));
    life.apply(change(ref(id), JobState.RUNNING));
    return id;
  }

  private UUID ended(JobState state) {
    UUID id = running();
    life.apply(change(ref(id), state));
    return id;
  }

  private static List<String> queue() {
    return database.values("SELECT job_id FROM job_ready ORDER BY seq");
  }

  private static String everything() {
    return database.value(
        """
        SELECT coalesce((SELECT string_agg(j::text, ',' ORDER BY id) FROM job j), '')
          || coalesce((SELECT string_agg(e::text, ',' ORDER BY id) FROM job_event e), '')
          || coalesce((SELECT string_agg(r::text, ',' ORDER BY seq) FROM job_ready r), '')
          || coalesce((SELECT string_agg(a::text, ',' ORDER BY job_id, attempt) FROM job_attempt a), '')
          || coalesce((SELECT string_agg(s::text, ',' ORDER BY job_id, attempt) FROM resource_sample s), '')
        """);
  }

  // The queue

  @Test
  void eightNodesClaimAThousandJobsOnceEachInOrder() throws Exception {
    List<UUID> ids = new ArrayList<>();
    for (String id :
        database.values(
            """
            WITH made AS (
              INSERT INTO job (id, state, version, attempt, seq, owner, engine, command, environment,
                repositories, exclusive, timeout_seconds, on_interrupt, created_at, queued_at)
              SELECT gen_random_uuid(), 'QUEUED', 0, 0, nextval('job_seq'), 'me', 'shell', '{true}', '{}',
                '{}', false, 60, 'FAIL', now(), now()
              FROM generate_series(1, 1000) RETURNING id, seq
            ), queued AS (INSERT INTO job_ready (seq, job_id) SELECT seq, id FROM made)
            SELECT id FROM made ORDER BY seq
            """)) {
      ids.add(UUID.fromString(id));
    }
    Map<UUID, Integer> place = new HashMap<>();
    ids.forEach(id -> place.put(id, place.size()));
    List<Life> lives = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      lives.add(Life.begin("claimer-" + i));
    }

    List<List<UUID>> claims =
        Together.run(
            8,
            i -> {
              List<UUID> mine = new ArrayList<>();
              for (int slots = 7; ; slots += 7) {
                List<UUID> claimed = lives.get(i).claim(slots);
                if (claimed.isEmpty()) {
                  return mine;
                }
                mine.addAll(claimed);
              }
            });

    List<UUID> all = claims.stream().flatMap(List::stream).toList();
    assertThat(all).hasSize(1000).doesNotHaveDuplicates().containsAll(ids);
    for (List<UUID> mine : claims) {
      assertThat(mine.stream().map(place::get)).isSorted();
    }
    assertThat(queue()).isEmpty();
    assertThat(database.value("SELECT count(*) FROM job_attempt")).isEqualTo("1000");
    assertThat(database.value("SELECT count(DISTINCT job_id) FROM job_event")).isEqualTo("1000");
  }

  @Test
  void aNodeClaimsTheHeadOfTheQueueIntoItsFreeSlots() {
    List<UUID> ids = insert(5);

    assertThat(life.claim(2)).containsExactlyElementsOf(ids.subList(0, 2));
    assertThat(life.claim(2)).isEmpty();
    assertThat(life.claim(1)).as("slots that were taken away").isEmpty();
    assertThat(Life.begin("node-2").claim(1)).containsExactly(ids.get(2));

    life.apply(change(ref(ids.get(0)), JobState.FAILED));
    assertThat(life.claim(2)).containsExactly(ids.get(3));
  }

  @Test
  void whatAnotherTransactionIsTakingIsPassedOver() throws SQLException {
    List<UUID> ids = insert(2);
    try (Connection other = database.connect();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT * FROM job_ready ORDER BY seq LIMIT 1 FOR UPDATE");

      assertThat(life.claim(10)).containsExactly(ids.get(1));
      other.rollback();
    }
    assertThat(life.claim(10)).containsExactly(ids.get(0));
  }

  @Test
  void aClaimIsANewAttemptOfThisNodeAndLife() {
    UUID id = insert();

    Job claimed = transactions.call(() -> Claims.claim(life.store, 1, NOW)).get(0);

    assertThat(claimed.id()).isEqualTo(id);
    assertThat(claimed.state()).isEqualTo(JobState.PREPARING);
    assertThat(claimed.attempt()).isEqualTo(1);
    assertThat(database.value("SELECT node_id || ' ' || node_epoch FROM job"))
        .isEqualTo("node-1 1");
    assertThat(transactions.call(() -> life.store.held()))
        .singleElement()
        .satisfies(held -> assertThat(held.handle()).isNull());
  }

  @Test
  void requeuedKeepsItsPlaceAndQueuedGoesToTheEnd() {
    List<UUID> ids = insert(3);
    life.claim(2);

    life.apply(change(ref(ids.get(1)), JobState.QUEUED, "interrupted", true));
    life.apply(change(ref(ids.get(0)), JobState.QUEUED, "interrupted", true));
    assertThat(queue()).containsExactlyElementsOf(ids.stream().map(UUID::toString).toList());

    life.claim(1);
    life.apply(change(ref(ids.get(0)), JobState.FAILED));
    life.apply(change(ref(ids.get(0)), JobState.QUEUED, "resumed", false));
    assertThat(queue())
        .containsExactly(ids.get(1).toString(), ids.get(2).toString(), ids.get(0).toString());
  }

  @Test
  void aQueueThatDisagreesWithTheStatesIsMended() {
    List<UUID> ids = insert(3);
    life.claim(1);
    database.execute("DELETE FROM job_ready WHERE job_id = '" + ids.get(1) + "'");
    database.execute(
        "INSERT INTO job_ready SELECT seq, id FROM job WHERE id = '" + ids.get(0) + "'");

    assertThat(transactions.call(() -> life.store.checkQueue()))
        .isEqualTo(new QueueHealth(2, 1, 1));

    assertThat(queue()).containsExactly(ids.get(1).toString(), ids.get(2).toString());
    assertThat(transactions.call(() -> life.store.checkQueue()))
        .isEqualTo(new QueueHealth(2, 0, 0));
  }

  // Fences

  @Test
  void aLifeThatIsOverClaimsNothing() {
    UUID id = insert();
    Life next = Life.begin("node-1");

    assertThat(life.claim(10)).isEmpty();
    assertThat(next.claim(10)).containsExactly(id);
  }

  @Test
  void aLifeThatWasNeverBegunClaimsNothing() {
    insert();

    assertThat(new Life(new NodeEpoch("node-1"), unbegun("node-1")).claim(10)).isEmpty();
    assertThat(new Life(new NodeEpoch("nobody"), unbegun("nobody")).claim(10)).isEmpty();
  }

  private static JpaJobStore unbegun(String node) {
    return new JpaJobStore(database.entityManager(), new NodeEpoch(node));
  }

  @Test
  void aLifeThatIsOverChangesNothing() {
    UUID id = running();
    Life next = Life.begin("node-1");
    assertThat(next.adopt()).isEqualTo(1);
    String before = everything();

    assertThatThrownBy(() -> life.apply(change(ref(id), JobState.COMPLETED)))
        .isInstanceOf(StaleJob.class)
        .hasMessageContaining(id.toString());
    assertThat(life.adopt()).as("an old life adopts nothing back").isZero();

    assertThat(everything()).isEqualTo(before);
    next.apply(change(ref(id), JobState.COMPLETED));
  }

  @Test
  void adoptTakesWhatThisNodeHeldAndNothingElse() {
    UUID mine = running();
    UUID queued = insert();
    Life other = Life.begin("node-2");
    assertThat(other.claim(1)).containsExactly(queued);
    Life next = Life.begin("node-1");

    assertThat(next.adopt()).isEqualTo(1);
    assertThat(next.adopt()).isZero();

    assertThat(database.value("SELECT node_epoch FROM job WHERE id = '" + mine + "'"))
        .isEqualTo("2");
    assertThat(database.value("SELECT node_epoch FROM job WHERE id = '" + queued + "'"))
        .isEqualTo("1");
    assertThat(transactions.call(() -> next.store.held()))
        .extracting(held -> held.id())
        .containsExactly(mine);
  }

  @Test
  void everyPartOfWhatWasReadIsDemanded() {
    UUID id = running();
    JobRef good = ref(id);
    String before = everything();

    for (JobRef stale :
        List.of(
            new JobRef(UUID.randomUUID(), good.state(), good.attempt(), good.version()),
            new JobRef(id, JobState.LAUNCHING, good.attempt(), good.version()),
            new JobRef(id, good.state(), good.attempt() + 1, good.version()),
            new JobRef(id, good.state(), good.attempt(), good.version() - 1))) {
      assertThatThrownBy(() -> life.apply(change(stale, JobState.FAILED)))
          .isInstanceOf(StaleJob.class);
    }

    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void aStaleTransitionRollsBackAllThatItsTransactionDid() {
    UUID first = running();
    UUID second = insert();
    UUID third = insert();
    life.claim(3);
    JobRef stale = ref(second);
    life.apply(change(stale, JobState.QUEUED, "given back", true));
    String before = everything();

    assertThatThrownBy(
            () ->
                life.apply(
                    change(ref(first), JobState.COMPLETED), // event and sample
                    change(ref(third), JobState.QUEUED, "given back", true), // queue row
                    change(stale, JobState.FAILED)))
        .isInstanceOf(StaleJob.class);

    assertThat(everything()).isEqualTo(before);
    JobRef queued = ref(second);
    assertThatThrownBy(
            () ->
                life.apply(
                    change(
                        new JobRef(second, JobState.QUEUED, queued.attempt(), queued.version() + 1),
                        JobState.CANCELLED)))
        .isInstanceOf(StaleJob.class);
    assertThat(queue()).as("its place was not taken away").contains(second.toString());
  }

  @Test
  void anEndAppliedTwiceIsCountedOnce() {
    UUID id = running();
    JobRef before = ref(id);
    life.apply(change(before, JobState.COMPLETED));

    assertThatThrownBy(() -> life.apply(change(before, JobState.COMPLETED)))
        .isInstanceOf(StaleJob.class);

    assertThat(database.value("SELECT count(*) FROM resource_sample")).isEqualTo("1");
  }

  @Test
  void aCommittedEndIsNeverCountedAgainEvenWherePastAllFences() {
    UUID id = ended(JobState.COMPLETED);

    assertThatThrownBy(
            () ->
                database.execute(
                    "INSERT INTO resource_sample (job_id, attempt, ended_at, outcome, queue_ms, concurrency)"
                        + " VALUES ('"
                        + id
                        + "', 1, now(), 'COMPLETED', 0, 1)"))
        .hasRootCauseInstanceOf(SQLException.class);
  }

  // Ends

  @ParameterizedTest
  @EnumSource(names = {"COMPLETED", "FAILED", "TIMED_OUT", "CANCELLED", "LOST"})
  void anEndIsLeftForTheQueueOnly(JobState end) {
    UUID id = ended(end);
    String before = everything();
    for (JobState to : JobState.values()) {
      if (end.canBecome(to) || end == to) {
        continue;
      }
      assertThatThrownBy(() -> change(ref(id), to)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () ->
                  database.execute(
                      "INSERT INTO job_event (job_id, attempt, at, from_state, to_state) VALUES ('"
                          + id
                          + "', 1, now(), '"
                          + end
                          + "', '"
                          + to
                          + "')"))
          .hasRootCauseInstanceOf(SQLException.class)
          .rootCause()
          .hasMessageContaining("job_event_transition");
    }
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void anEndIsCompleteOrRefused() {
    UUID id = running();

    assertThatThrownBy(
            () -> database.execute("UPDATE job SET state = 'COMPLETED' WHERE id = '" + id + "'"))
        .rootCause()
        .hasMessageContaining("job_ended_when");
    assertThatThrownBy(
            () -> database.execute("UPDATE job SET node_epoch = NULL WHERE id = '" + id + "'"))
        .rootCause()
        .hasMessageContaining("job_held_by_a_node");
  }

  @Test
  void theStatisticsAreThoseOfTheSamples() {
    JpaStatisticsStore statistics = new JpaStatisticsStore(database.entityManager());
    assertThat(transactions.call(statistics::summarise))
        .isEqualTo(new Statistics(0, Map.of(), null, null, null, null, null, 0));
    for (int i = 1; i <= 10; i++) {
      database.execute(
          "INSERT INTO resource_sample VALUES (gen_random_uuid(), 1, now(), '"
              + (i == 1 ? "FAILED" : "COMPLETED")
              + "', "
              + i
              + ", "
              + i * 100
              + ", "
              + i * 1000
              + ", "
              + i * 10
              + ", "
              + i
              + ")");
    }
    database.execute(
        "INSERT INTO resource_sample VALUES (gen_random_uuid(), 0, now(), 'CANCELLED', NULL, NULL, NULL, 0, 0)");

    assertThat(transactions.call(statistics::summarise))
        .isEqualTo(
            new Statistics(
                11,
                Map.of("CANCELLED", 1L, "COMPLETED", 9L, "FAILED", 1L),
                9.0,
                900L,
                9000L,
                90L,
                50.0,
                10));
    assertThat(transactions.call(statistics::samples)).isEqualTo(11);
  }
}
