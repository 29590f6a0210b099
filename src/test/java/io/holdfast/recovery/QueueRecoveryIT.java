package io.holdfast.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.jobs.store.JpaJobStore;
import io.holdfast.platform.NodeEpoch;
import io.holdfast.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueueRecoveryIT {

  private static TestDatabase database;

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

  private static void queue(int jobs) {
    database.execute(
        """
        WITH made AS (
          INSERT INTO job (id, state, version, attempt, seq, owner, engine, command, environment,
            repositories, exclusive, timeout_seconds, on_interrupt, created_at, queued_at)
          SELECT gen_random_uuid(), 'QUEUED', 0, 0, nextval('job_seq'), 'me', 'shell', '{true}', '{}',
            '{}', false, 60, 'FAIL', now(), now()
          FROM generate_series(1, %d) RETURNING id, seq
        ) INSERT INTO job_ready (seq, job_id) SELECT seq, id FROM made
        """
            .formatted(jobs));
  }

  /** As after a restart: nothing of the former life but the database. */
  private static PhaseReport recover(TestDatabase restarted) {
    return new QueueRecovery(
            restarted.transactions(),
            new JpaJobStore(restarted.entityManager(), new NodeEpoch("node-1")))
        .run();
  }

  @ParameterizedTest
  @ValueSource(ints = {105, 10_000})
  void everyQueuedJobIsRecoveredInItsPlace(int jobs) {
    queue(jobs);
    List<String> before = database.values("SELECT job_id FROM job_ready ORDER BY seq");

    try (TestDatabase restarted = TestDatabase.open(database.url())) {
      restarted.transactions().run(() -> {}); // connected
      long begin = System.nanoTime();
      PhaseReport report = recover(restarted);
      System.out.println(
          jobs + " queued jobs recovered in " + (System.nanoTime() - begin) / 1_000_000 + " ms");

      assertThat(report)
          .isEqualTo(
              PhaseReport.of(
                  Map.of("jobs_recovered", (long) jobs, "places_added", 0L, "places_removed", 0L)));
      assertThat(restarted.values("SELECT job_id FROM job_ready ORDER BY seq")).isEqualTo(before);
    }
  }

  @Test
  void whatDisagreesIsMendedAndReported() {
    queue(3);
    List<String> before = database.values("SELECT job_id FROM job_ready ORDER BY seq");
    database.execute("DELETE FROM job_ready WHERE job_id = '" + before.get(1) + "'");

    assertThat(recover(database).counts())
        .containsEntry("jobs_recovered", 3L)
        .containsEntry("places_added", 1L);

    assertThat(database.values("SELECT job_id FROM job_ready ORDER BY seq")).isEqualTo(before);
  }
}
