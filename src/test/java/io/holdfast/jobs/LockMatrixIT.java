package io.holdfast.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.execution.Observation;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a start makes of a lock: every external situation of the holder's process by every state
 * that its job is stored in. An exclusive job has alpha, and another one waits for it.
 */
@SuppressWarnings("NullAway.Init") // each row sets its jobs up
class LockMatrixIT {

  private static final Duration LEASE = Duration.ofMinutes(10);

  private static TestDatabase database;

  private JobsHouse house;
  private UUID holder;
  private UUID next;

  /** What the facts say of the holder's process. */
  enum External {
    LIVES,
    ENDED,
    LOST,
    NEVER_STARTED,
    UNKNOWN_YOUNG,
    UNKNOWN_OLD,
    PENDING_YOUNG,
    PENDING_OLD,
    OTHER_NODE
  }

  /** What the database says of the holder's job. */
  enum Own {
    PREPARING,
    LAUNCHING,
    RUNNING,
    QUEUED,
    WAITING,
    COMPLETED,
    LOST,
    MISSING
  }

  /** Who has the lock when the start is over and jobs were claimed. */
  enum Has {
    HOLDER,
    NEXT
  }

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
    holder = house.submit(JobsHouse.exclusive("alpha"));
    next = house.submit(JobsHouse.exclusive("alpha"));
  }

  /**
   * The verdict on the lock, who has it afterwards, and the states of the two jobs. A QUEUED or
   * PREPARING holder goes on under a new fence: its place is before the next one's.
   */
  @ParameterizedTest(name = "process {0}, job {1}: {2}, then {3} has it ({4}, {5})")
  @CsvSource(
      textBlock =
          """
          LIVES,         PREPARING, FREE,        HOLDER, LAUNCHING, WAITING
          LIVES,         LAUNCHING, KEEP,        HOLDER, RUNNING,   WAITING
          LIVES,         RUNNING,   KEEP,        HOLDER, RUNNING,   WAITING
          LIVES,         QUEUED,    FREE,        HOLDER, LAUNCHING, WAITING
          LIVES,         WAITING,   FREE,        HOLDER, LAUNCHING, WAITING
          LIVES,         COMPLETED, FREE,        NEXT,   COMPLETED, LAUNCHING
          LIVES,         LOST,      FREE,        NEXT,   LOST,      LAUNCHING
          LIVES,         MISSING,   UNAVAILABLE, HOLDER, MISSING,   WAITING
          ENDED,         PREPARING, FREE,        HOLDER, LAUNCHING, WAITING
          ENDED,         LAUNCHING, FREE,        NEXT,   COMPLETED, LAUNCHING
          ENDED,         RUNNING,   FREE,        NEXT,   COMPLETED, LAUNCHING
          ENDED,         QUEUED,    FREE,        HOLDER, LAUNCHING, WAITING
          ENDED,         WAITING,   FREE,        HOLDER, LAUNCHING, WAITING
          ENDED,         COMPLETED, FREE,        NEXT,   COMPLETED, LAUNCHING
          ENDED,         LOST,      FREE,        NEXT,   LOST,      LAUNCHING
          ENDED,         MISSING,   UNAVAILABLE, HOLDER, MISSING,   WAITING
          LOST,          PREPARING, FREE,        HOLDER, LAUNCHING, WAITING
          LOST,          LAUNCHING, FREE,        NEXT,   LOST,      LAUNCHING
          LOST,          RUNNING,   FREE,        NEXT,   LOST,      LAUNCHING
          LOST,          QUEUED,    FREE,        HOLDER, LAUNCHING, WAITING
          LOST,          WAITING,   FREE,        HOLDER, LAUNCHING, WAITING
          LOST,          COMPLETED, FREE,        NEXT,   COMPLETED, LAUNCHING
          LOST,          LOST,      FREE,        NEXT,   LOST,      LAUNCHING
          LOST,          MISSING,   UNAVAILABLE, HOLDER, MISSING,   WAITING
          NEVER_STARTED, PREPARING, FREE,        HOLDER, LAUNCHING, WAITING
          NEVER_STARTED, LAUNCHING, FREE,        HOLDER, LAUNCHING, WAITING
          NEVER_STARTED, RUNNING,   FREE,        NEXT,   LOST,      LAUNCHING
          NEVER_STARTED, QUEUED,    FREE,        HOLDER, LAUNCHING, WAITING
          NEVER_STARTED, WAITING,   FREE,        HOLDER, LAUNCHING, WAITING
          NEVER_STARTED, COMPLETED, FREE,        NEXT,   COMPLETED, LAUNCHING
          NEVER_STARTED, LOST,      FREE,        NEXT,   LOST,      LAUNCHING
          NEVER_STARTED, MISSING,   UNAVAILABLE, HOLDER, MISSING,   WAITING
          UNKNOWN_YOUNG, PREPARING, FREE,        HOLDER, LAUNCHING, WAITING
          UNKNOWN_YOUNG, LAUNCHING, KEEP,        HOLDER, LAUNCHING, WAITING
          UNKNOWN_YOUNG, RUNNING,   KEEP,        HOLDER, RUNNING,   WAITING
          UNKNOWN_YOUNG, QUEUED,    FREE,        HOLDER, LAUNCHING, WAITING
          UNKNOWN_YOUNG, WAITING,   FREE,        HOLDER, LAUNCHING, WAITING
          UNKNOWN_YOUNG, COMPLETED, FREE,        NEXT,   COMPLETED, LAUNCHING
          UNKNOWN_YOUNG, LOST,      FREE,        NEXT,   LOST,      LAUNCHING
          UNKNOWN_YOUNG, MISSING,   UNAVAILABLE, HOLDER, MISSING,   WAITING
          UNKNOWN_OLD,   PREPARING, FREE,        HOLDER, LAUNCHING, WAITING
          UNKNOWN_OLD,   LAUNCHING, RECLAIM,     NEXT,   LAUNCHING, LAUNCHING
          UNKNOWN_OLD,   RUNNING,   RECLAIM,     NEXT,   RUNNING,   LAUNCHING
          UNKNOWN_OLD,   QUEUED,    FREE,        HOLDER, LAUNCHING, WAITING
          UNKNOWN_OLD,   WAITING,   FREE,        HOLDER, LAUNCHING, WAITING
          UNKNOWN_OLD,   COMPLETED, FREE,        NEXT,   COMPLETED, LAUNCHING
          UNKNOWN_OLD,   LOST,      FREE,        NEXT,   LOST,      LAUNCHING
          UNKNOWN_OLD,   MISSING,   UNAVAILABLE, HOLDER, MISSING,   WAITING
          PENDING_YOUNG, PREPARING, FREE,        HOLDER, LAUNCHING, WAITING
          PENDING_YOUNG, LAUNCHING, KEEP,        HOLDER, LAUNCHING, WAITING
          PENDING_YOUNG, RUNNING,   KEEP,        HOLDER, RUNNING,   WAITING
          PENDING_YOUNG, QUEUED,    FREE,        HOLDER, LAUNCHING, WAITING
          PENDING_YOUNG, WAITING,   FREE,        HOLDER, LAUNCHING, WAITING
          PENDING_YOUNG, COMPLETED, FREE,        NEXT,   COMPLETED, LAUNCHING
          PENDING_YOUNG, LOST,      FREE,        NEXT,   LOST,      LAUNCHING
          PENDING_YOUNG, MISSING,   UNAVAILABLE, HOLDER, MISSING,   WAITING
          PENDING_OLD,   PREPARING, FREE,        HOLDER, LAUNCHING, WAITING
          PENDING_OLD,   LAUNCHING, RECLAIM,     NEXT,   LAUNCHING, LAUNCHING
          PENDING_OLD,   RUNNING,   RECLAIM,     NEXT,   RUNNING,   LAUNCHING
          PENDING_OLD,   QUEUED,    FREE,        HOLDER, LAUNCHING, WAITING
          PENDING_OLD,   WAITING,   FREE,        HOLDER, LAUNCHING, WAITING
          PENDING_OLD,   COMPLETED, FREE,        NEXT,   COMPLETED, LAUNCHING
          PENDING_OLD,   LOST,      FREE,        NEXT,   LOST,      LAUNCHING
          PENDING_OLD,   MISSING,   UNAVAILABLE, HOLDER, MISSING,   WAITING
          OTHER_NODE,    PREPARING, KEEP,        HOLDER, PREPARING, WAITING
          OTHER_NODE,    LAUNCHING, KEEP,        HOLDER, LAUNCHING, WAITING
          OTHER_NODE,    RUNNING,   KEEP,        HOLDER, RUNNING,   WAITING
          OTHER_NODE,    QUEUED,    FREE,        HOLDER, LAUNCHING, WAITING
          OTHER_NODE,    WAITING,   FREE,        HOLDER, LAUNCHING, WAITING
          OTHER_NODE,    COMPLETED, FREE,        NEXT,   COMPLETED, LAUNCHING
          OTHER_NODE,    LOST,      FREE,        NEXT,   LOST,      LAUNCHING
          OTHER_NODE,    MISSING,   UNAVAILABLE, HOLDER, MISSING,   WAITING
          """)
  void whatBecomesOfALock(
      External external, Own own, Kind verdict, Has has, String holders, JobState nexts) {
    arrange(own);
    show(external);

    house = house.restarted();
    List<LockReview.Reviewed> reviewed = house.lockReview.locks(house.reattachment.inventory());
    house.reattachment.reattach(house.reattachment.inventory());
    house.lockReview.lines();
    house.lockReview.batches();
    house.dispatcher.runOnce();

    assertThat(reviewed)
        .extracting(one -> one.verdict().kind() + " " + one.settled())
        .containsExactly(verdict + " true");
    assertThat(database.values("SELECT job_id FROM repository_lock"))
        .containsExactly((has == Has.HOLDER ? holder : next).toString());
    assertThat(house.jobs.find(holder).map(job -> job.state().toString()).orElse("MISSING"))
        .isEqualTo(holders);
    assertThat(house.state(next)).isEqualTo(nexts);
  }

  /** The holder has the lock, and its job is in this state. */
  private void arrange(Own own) {
    if (own == Own.PREPARING) {
      Grants grants = new Grants(house.store, house.granter);
      house.transactions.call(() -> grants.claim(100, house.clock.instant()));
      assertThat(house.state(holder)).isEqualTo(JobState.PREPARING);
      return;
    }
    house.dispatcher.runOnce();
    if (own != Own.LAUNCHING) {
      house.executor.of(holder).runs(house.clock.instant());
      house.reconciler.runOnce();
    }
    switch (own) {
      case PREPARING, LAUNCHING, RUNNING -> {}
      case QUEUED -> {
        store("state = 'QUEUED', node_epoch = NULL");
        database.execute(
            "INSERT INTO job_ready SELECT seq, id FROM job WHERE id = '" + holder + "'");
      }
      case WAITING -> store("state = 'WAITING', node_epoch = NULL");
      case COMPLETED, LOST -> store("state = '" + own + "', node_epoch = NULL, ended_at = now()");
      case MISSING -> database.execute("DELETE FROM job WHERE id = '" + holder + "'");
    }
    assertThat(database.values("SELECT job_id FROM repository_lock"))
        .containsExactly(holder.toString());
  }

  private void store(String what) {
    database.execute("UPDATE job SET " + what + " WHERE id = '" + holder + "'");
  }

  private void show(External external) {
    if (external == External.OTHER_NODE) {
      database.execute("UPDATE repository_lock SET node_id = 'node-2'");
      store("node_id = 'node-2'");
      return;
    }
    if (external == External.UNKNOWN_OLD || external == External.PENDING_OLD) {
      house.clock.advance(LEASE);
    }
    if (!house.executor.knows(holder)) {
      return; // there is no process yet, and nothing can be seen of it
    }
    ScriptedExecutor.Attempt process = house.executor.of(holder);
    switch (external) {
      case LIVES -> process.runs(house.clock.instant());
      case ENDED -> process.exits(0, house.clock.instant(), house.clock.instant());
      case LOST -> process.isLost("rebooted");
      case NEVER_STARTED ->
          process.shows(new Observation.NeverStarted(ScriptedExecutor.evidence("revoked")));
      case UNKNOWN_YOUNG, UNKNOWN_OLD -> process.isUnknown("the lock could not be asked");
      case PENDING_YOUNG, PENDING_OLD ->
          process.shows(new Observation.Pending(ScriptedExecutor.evidence("a claim")));
      case OTHER_NODE -> throw new AssertionError();
    }
  }
}
