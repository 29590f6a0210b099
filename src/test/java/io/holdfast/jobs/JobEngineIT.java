package io.holdfast.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.jobs.store.JpaJobStore;
import io.holdfast.platform.DurableFiles;
import io.holdfast.platform.Loop;
import io.holdfast.platform.NodeEpoch;
import io.holdfast.platform.Settings;
import io.holdfast.recovery.store.JpaStartupLog;
import io.holdfast.repositories.Granter;
import io.holdfast.repositories.Repositories;
import io.holdfast.repositories.ServerProcess;
import io.holdfast.repositories.store.JpaLockStore;
import io.holdfast.repositories.store.JpaRepositoryStore;
import io.holdfast.testing.Claims;
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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The engine on its own threads: woken by signals alone, since its slow loops are too slow. */
@Timeout(60)
class JobEngineIT {

  private static final JobSettings SLOW =
      new JobSettings(4, Duration.ofHours(1), Duration.ofHours(1), JobsHouse.LIMITS);

  private static TestDatabase database;

  private final ScriptedExecutor executor = new ScriptedExecutor();
  private final TestClock clock = new TestClock();
  private JpaJobStore store;
  private Granter granter;
  private Path home;

  @BeforeAll
  static void create() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void build(@TempDir Path directory) {
    database.empty();
    home = directory;
    NodeEpoch epoch = new NodeEpoch("node-1");
    new JpaStartupLog(database.transactions(), database.entityManager(), epoch)
        .open("host", "boot-1", clock.instant());
    granter =
        new Granter(
            new JpaLockStore(database.entityManager(), epoch, new ServerProcess(1, 1)), epoch);
    store = new JpaJobStore(database.entityManager(), epoch);
  }

  private Workspaces workspaces() {
    return new Workspaces(home, new DurableFiles(), new FakeCopies());
  }

  private JobEngine engine(ExecutorService threads) {
    return new JobEngine(
        database.transactions(),
        store,
        granter,
        new Repositories(
            database.transactions(),
            new JpaRepositoryStore(database.entityManager()),
            new FakeClones(),
            true,
            clock,
            threads),
        workspaces(),
        executor,
        SLOW,
        threads,
        clock);
  }

  private Jobs jobs(Wakeups wakeups) {
    return new Jobs(
        database.transactions(),
        store,
        granter,
        workspaces(),
        new Submissions(
            database.transactions(),
            store,
            new Admission(
                Engines.builtIn().names(), name -> Optional.empty(), branch -> Optional.empty()),
            Set::copyOf,
            clock,
            wakeups),
        clock,
        wakeups);
  }

  @Test
  void jobsFlowThroughBySignalsAlone() throws InterruptedException {
    ExecutorService threads = Executors.newCachedThreadPool();
    JobEngine engine = engine(threads);
    Jobs jobs = jobs(engine);
    CountDownLatch submitted = new CountDownLatch(3);
    CountDownLatch acknowledged = new CountDownLatch(3);
    executor.onSubmit(handle -> submitted.countDown());
    executor.onAcknowledge(handle -> acknowledged.countDown());
    engine.loops().forEach(threads::execute);
    try {
      List<JobSpec> specs = List.of(JobsHouse.spec(), JobsHouse.spec(), JobsHouse.spec());
      SubmitOutcome outcome = jobs.submit(specs, JobsHouse.ME, null);
      List<Job> accepted = ((SubmitOutcome.Accepted) outcome).jobs();
      submitted.await();
      for (Job job : accepted) {
        ScriptedExecutor.Attempt attempt = executor.of(job.id());
        attempt.exits(0, clock.instant(), clock.instant());
        while (!attempt.watched()) {
          Thread.onSpinWait();
        }
        attempt.hint();
      }
      acknowledged.await();

      for (Job job : accepted) {
        assertThat(jobs.find(job.id()).orElseThrow().state()).isEqualTo(JobState.COMPLETED);
      }
    } finally {
      engine.loops().forEach(Loop::stop);
      threads.shutdownNow();
    }
  }

  @Test
  void aHintThatFailsOrCannotBeTakenDoesNoHarm() {
    Inline threads = new Inline();
    JobEngine engine = engine(threads);
    Jobs jobs = jobs(engine);
    jobs.submit(List.of(JobsHouse.spec()), JobsHouse.ME, null);
    UUID id =
        database.transactions().call(() -> Claims.claim(store, 1, clock.instant())).get(0).id();

    threads.shutdown();
    engine.jobChanged(id);
    engine.jobChanged(id);
    assertThat(jobs.find(id).orElseThrow().state()).isEqualTo(JobState.PREPARING);

    JobEngine working = engine(new Inline());
    working.jobChanged(UUID.randomUUID());
    working.jobChanged(id);
    assertThat(jobs.find(id).orElseThrow().state()).isEqualTo(JobState.QUEUED);
    assertThat(working.reattachment().inventory()).isEmpty();
  }

  @Test
  void aLookThatFailsIsMadeGoodByTheNext() {
    JobEngine engine = engine(new Inline());
    Jobs jobs = jobs(engine);
    SubmitOutcome outcome = jobs.submit(List.of(JobsHouse.spec()), JobsHouse.ME, null);
    UUID id = ((SubmitOutcome.Accepted) outcome).jobs().get(0).id();
    Loop dispatching = engine.loops().get(0);
    executor.onSubmit(handle -> dispatching.stop());
    dispatching.run();
    executor.of(id).isUnreachable();

    engine.jobChanged(id);

    assertThat(jobs.find(id).orElseThrow().state()).isEqualTo(JobState.LAUNCHING);
  }

  @Test
  void settingsAreCheckedAndBounded() {
    JobSettings settings = JobSettings.from(new Settings(key -> Optional.empty()));

    assertThat(settings.slots()).isEqualTo(4);
    assertThat(settings.defaultTimeout()).isEqualTo(Duration.ofDays(1));
    assertThat(settings.limits().maxOutput()).isEqualTo(1L << 30);
    assertThat(Engines.builtIn().names()).isEqualTo(Set.of("shell"));
  }
}
