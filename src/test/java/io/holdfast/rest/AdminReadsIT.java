package io.holdfast.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.jobs.JobState;
import io.holdfast.jobs.QueueQuery;
import io.holdfast.jobs.QueuedJob;
import io.holdfast.jobs.store.JpaJobStore;
import io.holdfast.platform.NodeEpoch;
import io.holdfast.platform.Transactions;
import io.holdfast.recovery.NodeStatus;
import io.holdfast.recovery.store.JpaNodes;
import io.holdfast.repositories.Batch;
import io.holdfast.repositories.BatchQuery;
import io.holdfast.repositories.LockQuery;
import io.holdfast.repositories.Place;
import io.holdfast.repositories.PlaceQuery;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.repositories.store.JpaLineStore;
import io.holdfast.testing.ManyJobs;
import io.holdfast.testing.TestDatabase;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an administrator reads costs what is queued, held or in line, not what has ended. */
class AdminReadsIT {

  private static final RepositoryName LINE = new RepositoryName("line-7");
  private static final UUID BATCH = new UUID(7, 7);

  private static TestDatabase database;
  private static Transactions transactions;
  private static JpaJobStore jobs;
  private static JpaLineStore lines;
  private static NodeEpoch node;

  @BeforeAll
  static void fill() {
    database = TestDatabase.create();
    transactions = database.transactions();
    node = new NodeEpoch("node-1");
    jobs = new JpaJobStore(database.entityManager(), node);
    lines = new JpaLineStore(database.entityManager());
    database.execute(
        "INSERT INTO node (id, host, epoch, boot_id, started_at, heartbeat_at)"
            + " VALUES ('node-1', 'host', 1, 'boot', now(), now())");
    ManyJobs.insert(database, "COMPLETED", 1, 200_000, "old-' || (i % 50) || '", false);
    ManyJobs.insert(database, "QUEUED", 200_001, 200_100, "queued-' || (i % 5) || '", false);
    ManyJobs.insert(database, "RUNNING", 200_101, 200_104, "line-' || (i % 4) || '", false);
    ManyJobs.insert(database, "WAITING", 200_105, 201_104, "line-' || (i % 50) || '", false);
    ManyJobs.insert(database, "CREATED", 201_105, 201_106, "created", false);
    database.execute(
        "INSERT INTO job_ready SELECT seq, id FROM job WHERE state = 'QUEUED';"
            + " UPDATE job SET batch_id = '"
            + BATCH
            + "' WHERE seq BETWEEN 500 AND 509");
    database.execute(
        """
        INSERT INTO repository_lock SELECT repositories[1], id, 1, 'PREPARE', id, nextval('repository_fence'), now(),
          now(), 'node-1', 1, 4711, 99 FROM job WHERE state = 'RUNNING';
        INSERT INTO repository_ticket SELECT id, repositories[1], seq, true, NULL, 'WAITING', now(), NULL, NULL, NULL
        FROM job WHERE state = 'WAITING';
        INSERT INTO batch SELECT gen_random_uuid(), 'old-' || (i %% 50), NULL, 'node-1', gen_random_uuid(), 'DISSOLVED',
          'c0ffee', NULL, 2, now() - i * interval '1 second', now(), now() FROM generate_series(1, 100000) i;
        INSERT INTO batch VALUES ('%s', 'line-7', NULL, 'node-1', gen_random_uuid(), 'FETCHING', NULL, NULL, 2,
          now() - interval '2 days', NULL, NULL);
        """
            .formatted(BATCH));
    database.execute("ANALYZE");
    database.execute("VACUUM");
  }

  @AfterAll
  static void close() {
    database.close();
  }

  /** Runs it as the server does, and asks PostgreSQL what it cost. */
  private static <T> T read(String what, Supplier<T> work) {
    return transactions.call(
        () -> {
          long before = cost("idx_tup_fetch"); // of this connection, not only of this transaction
          T found = work.get();
          assertThat(cost("seq_scan")).as(what + ": scans of whole tables").isZero();
          assertThat(cost("idx_tup_fetch") - before).as(what + ": rows").isLessThan(2_500);
          return found;
        });
  }

  private static long cost(String counter) {
    Object sum =
        database
            .entityManager()
            .createNativeQuery(
                "SELECT coalesce(sum("
                    + counter
                    + "), 0) FROM pg_stat_xact_user_tables WHERE relname IN ('job', 'batch')")
            .getSingleResult();
    return ((Number) sum).longValue();
  }

  @Test
  void noReadScansTheJobsThatHaveEndedNorTheBatchesThatAreOver() {
    for (int round = 0; round < 8; round++) { // the driver prepares a statement that it has seen
      assertThat(read("queue", () -> jobs.queue(new QueueQuery(null, null, 0, 51))))
          .hasSize(51)
          .first()
          .extracting(QueuedJob::position)
          .isEqualTo(1L);
      assertThat(
              read("queue of one", () -> jobs.queue(new QueueQuery("queued-3", "me", 200_050, 51))))
          .hasSize(10)
          .first()
          .extracting(QueuedJob::position)
          .isEqualTo(53L);
      assertThat(read("locks", () -> lines.locks(new LockQuery(null, "node-1", null, 51))))
          .hasSize(4);
      assertThat(read("places", () -> lines.places(new PlaceQuery(null, null, 51)))).hasSize(51);
      assertThat(
              read(
                  "places of one",
                  () ->
                      lines.places(
                          new PlaceQuery(LINE, new PlaceQuery.Position(LINE, 200_200), 51))))
          .hasSize(18);
      List<UUID> waiting = places(() -> lines.places(new PlaceQuery(null, null, 500)));
      assertThat(read("standings", () -> lines.standings(waiting))).hasSize(500);
      assertThat(read("facts", () -> lines.facts())).hasSize(4);
      assertThat(read("batches", () -> lines.batches(new BatchQuery(null, null, null, 51))))
          .hasSize(51);
      assertThat(
              read(
                  "open batches",
                  () -> lines.batches(new BatchQuery(null, Batch.Phase.FETCHING, null, 51))))
          .extracting(Batch::id)
          .containsExactly(BATCH);
      assertThat(
              read(
                  "batches of a repository",
                  () -> lines.batches(new BatchQuery(LINE, null, null, 51))))
          .hasSize(1);
      assertThat(read("members", () -> jobs.members(BATCH, 503, 51))).hasSize(6);
      assertThat(read("users", () -> jobs.usersOf("created"))).hasSize(2);
      assertThat(read("users", () -> jobs.usersOf("line-7"))).hasSize(20);
    }
  }

  private static List<UUID> places(Supplier<List<Place>> places) {
    return transactions.call(places).stream().map(place -> place.standing().job()).toList();
  }

  @Test
  void aNodeIsShownWithWhatItHolds() {
    JpaNodes nodes = new JpaNodes(transactions, database.entityManager(), node);
    List<NodeStatus> found = nodes.list(null, 10);
    assertThat(found).hasSize(1);
    assertThat(found.get(0).own()).isTrue();
    assertThat(found.get(0).heldJobs())
        .isEqualTo(
            Long.parseLong(
                database.value(
                    "SELECT count(*) FROM job WHERE state = '" + JobState.RUNNING + "'")));
    assertThat(found.get(0).heldLocks()).isEqualTo(4);
    assertThat(nodes.list("node-1", 10)).isEmpty();
  }
}
