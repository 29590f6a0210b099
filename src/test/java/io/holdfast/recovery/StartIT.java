package io.holdfast.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.execution.Evidence;
import io.holdfast.execution.HeartbeatAge;
import io.holdfast.execution.Observation;
import io.holdfast.jobs.Admission;
import io.holdfast.jobs.Engines;
import io.holdfast.jobs.Job;
import io.holdfast.jobs.JobEngine;
import io.holdfast.jobs.JobSettings;
import io.holdfast.jobs.JobSpec;
import io.holdfast.jobs.JobState;
import io.holdfast.jobs.Jobs;
import io.holdfast.jobs.LockReview;
import io.holdfast.jobs.OnInterrupt;
import io.holdfast.jobs.Submissions;
import io.holdfast.jobs.SubmitOutcome;
import io.holdfast.jobs.store.JpaJobStore;
import io.holdfast.platform.DurableFiles;
import io.holdfast.platform.Loop;
import io.holdfast.platform.NodeEpoch;
import io.holdfast.platform.Settings;
import io.holdfast.recovery.store.JpaStartupLog;
import io.holdfast.repositories.Granter;
import io.holdfast.repositories.LockRepair;
import io.holdfast.repositories.LockStore;
import io.holdfast.repositories.Repositories;
import io.holdfast.repositories.ServerProcess;
import io.holdfast.repositories.store.JpaLockRepairStore;
import io.holdfast.repositories.store.JpaLockStore;
import io.holdfast.repositories.store.JpaRepositoryStore;
import io.holdfast.statistics.store.JpaStatisticsStore;
import io.holdfast.testing.FakeClones;
import io.holdfast.testing.FakeCopies;
import io.holdfast.testing.Inline;
import io.holdfast.testing.ScriptedExecutor;
import io.holdfast.testing.TestClock;
import io.holdfast.testing.TestDatabase;
import io.holdfast.workspace.Workspaces;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server's own phases, in one start after another on one database. */
@Timeout(60)
class StartIT {

  private static TestDatabase database;

  private final ScriptedExecutor executor = new ScriptedExecutor();
  private final TestClock clock = new TestClock();
  private Path home;
  private final FakeClones clones = new FakeClones();

  @BeforeAll
  static void create() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void prepare(@TempDir Path directory) {
    database.empty();
    home = directory;
  }

  /** One life of the server. */
  private final class Life {
    private final NodeEpoch epoch = new NodeEpoch("node-1");
    private final JpaJobStore store = new JpaJobStore(database.entityManager(), epoch);
    private final StartupLog log =
        new JpaStartupLog(database.transactions(), database.entityManager(), epoch);
    private final Readiness readiness = new Readiness();
    private final Workspaces workspaces =
        new Workspaces(home, new DurableFiles(), new FakeCopies());
    private final LockStore locks =
        new JpaLockStore(database.entityManager(), epoch, new ServerProcess(1, 1));
    private final Granter granter = new Granter(locks, epoch);
    private final Repositories repositories =
        new Repositories(
            database.transactions(),
            new JpaRepositoryStore(database.entityManager()),
            clones,
            false,
            clock,
            new Inline());
    private final JobEngine engine =
        new JobEngine(
            database.transactions(),
            store,
            granter,
            repositories,
            workspaces,
            executor,
            JobSettings.from(new Settings(key -> Optional.empty())),
            new Inline(),
            clock);
    private final Jobs jobs =
        new Jobs(
            database.transactions(),
            store,
            granter,
            workspaces,
            new Submissions(
                database.transactions(),
                store,
                new Admission(
                    Engines.builtIn().names(),
                    name -> Optional.empty(),
                    branch -> Optional.empty()),
                Set::copyOf,
                clock,
                engine),
            clock,
            engine);

    Life start() throws InterruptedException {
      LockReview review =
          new LockReview(
              database.transactions(),
              store,
              granter,
              new LockRepair(locks, new JpaLockRepairStore(database.entityManager())),
              executor,
              epoch,
              clock,
              engine);
      Inventory inventory = new Inventory(engine.reattachment());
      new Recovery(
              List.of(
                  new JobReattachment(inventory, engine.reattachment()),
                  new LockRecovery(inventory, review),
                  new WaitingQueueRecovery(review),
                  new BatchRecovery(review),
                  new RepositoryRecovery(repositories),
                  new TemporaryFilesRecovery(home, new DurableFiles(), clock),
                  new StatisticsRecovery(
                      database.transactions(), new JpaStatisticsStore(database.entityManager())),
                  inventory,
                  new QueueRecovery(database.transactions(), store)),
              log,
              List.of(),
              new Recovery.Identity("host", executor.bootId()),
              readiness,
              new Inline(),
              clock,
              duration -> clock.advance(duration))
          .run();
      return this;
    }

    Job submit() {
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
              Duration.ofHours(1),
              OnInterrupt.FAIL);
      return ((SubmitOutcome.Accepted) jobs.submit(List.of(spec), "me", null)).jobs().get(0);
    }

    /** Claims and launches what is queued. */
    void dispatch() {
      Loop dispatching = engine.loops().get(0);
      executor.onSubmit(handle -> dispatching.stop());
      dispatching.run();
    }

    JobState state(Job job) {
      return jobs.find(job.id()).orElseThrow().state();
    }

    Operation operation(String component) {
      return log.latest(1).get(0).operations().stream()
          .filter(operation -> operation.component().equals(component))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void theFirstStartFindsNothingAndIsReady() throws InterruptedException {
    Life life = new Life().start();

    assertThat(life.readiness.isReady()).isTrue();
    StartupRun run = life.log.latest(1).get(0);
    assertThat(run.degraded()).isFalse();
    assertThat(run.totalDurationMillis()).isNotNull();
    assertThat(run.operations())
        .extracting(Operation::component)
        .containsExactlyInAnyOrder(
            "StartupDetection",
            "QueueRecovery",
            "Inventory",
            "JobReattachment",
            "LockRecovery",
            "WaitingQueueRecovery",
            "BatchRecovery",
            "RepositoryRecovery",
            "StatisticsRecovery",
            "TemporaryFilesRecovery");
    assertThat(run.operations())
        .extracting(Operation::status)
        .containsOnly(Operation.Status.SUCCESS);
  }

  @Test
  void aRunningJobIsReattachedAndAQueuedOneKeepsItsPlace() throws InterruptedException {
    Life first = new Life().start();
    Job running = first.submit();
    first.dispatch();
    executor.of(running.id()).runs(clock.instant());
    first.engine.jobChanged(running.id());
    Job queued = first.submit();

    Life second = new Life().start();

    assertThat(second.state(running)).isEqualTo(JobState.RUNNING);
    assertThat(second.state(queued)).isEqualTo(JobState.QUEUED);
    assertThat(second.operation("Inventory").counts()).containsEntry("held_jobs", 1L);
    assertThat(second.operation("JobReattachment").counts()).containsEntry("reattached", 1L);
    assertThat(second.operation("QueueRecovery").counts()).containsEntry("jobs_recovered", 1L);
    assertThat(second.epoch.value()).isEqualTo(2);
  }

  @Test
  void aCorruptJobDegradesItselfNotTheServer() throws InterruptedException {
    Life first = new Life().start();
    Job job = first.submit();
    first.dispatch();
    executor
        .of(job.id())
        .shows(
            new Observation.Running(
                new Evidence(
                    List.of("lock is held"), HeartbeatAge.ABSENT, List.of("sentinel is corrupt")),
                clock.instant(),
                true,
                0));

    first.engine.jobChanged(job.id());
    Life second = new Life().start();

    assertThat(second.readiness.isReady()).isTrue();
    assertThat(second.operation("JobReattachment").status())
        .isEqualTo(Operation.Status.PARTIAL_SUCCESS);
    StartupRun run = second.log.latest(1).get(0);
    assertThat(run.degraded()).isTrue();
    assertThat(run.corruptedResources()).containsExactly("job:" + job.id());
  }

  @Test
  void anAbortedStartIsDoneAgain() throws InterruptedException {
    Life first = new Life().start();
    Job job = first.submit();
    first.dispatch();
    executor.of(job.id()).exits(0, clock.instant(), clock.instant());
    Life dead = new Life();
    StartupLog.Opened opened = dead.log.open("host", "boot-1", clock.instant());
    dead.log.phaseStarted(opened.id(), "Inventory");
    dead.engine.reattachment().inventory();

    Life next = new Life().start();

    assertThat(next.state(job)).isEqualTo(JobState.COMPLETED);
    assertThat(next.operation("StartupDetection").counts()).containsEntry("aborted_startups", 1L);
    StartupRun.Aborted aborted =
        Objects.requireNonNull(next.log.latest(1).get(0).abortedPredecessor());
    assertThat(aborted.diedIn()).containsExactly("Inventory");
    assertThat(database.value("SELECT count(*) FROM resource_sample")).isEqualTo("1");
  }

  @Test
  void repositoriesThatCannotBeReadDegrade() throws InterruptedException {
    clones.areUnreadable(true);

    Life life = new Life().start();

    assertThat(life.readiness.status().text()).isEqualTo("ready, degraded");
    assertThat(life.operation("RepositoryRecovery").errors())
        .containsExactly(
            new ResourceError(
                "component:RepositoryRecovery", "cannot be listed", "the rest goes on without it"));
  }
}
