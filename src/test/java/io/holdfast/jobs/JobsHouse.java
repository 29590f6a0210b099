package io.holdfast.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.jobs.store.JpaJobStore;
import io.holdfast.platform.DurableFiles;
import io.holdfast.platform.NodeEpoch;
import io.holdfast.platform.Transactions;
import io.holdfast.recovery.store.JpaStartupLog;
import io.holdfast.repositories.Granter;
import io.holdfast.repositories.LockRepair;
import io.holdfast.repositories.LockStore;
import io.holdfast.repositories.Repositories;
import io.holdfast.repositories.ServerProcess;
import io.holdfast.repositories.store.JpaLockRepairStore;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/**
 * The moving parts of jobs on a real database and a scripted executor, moved by hand: nothing
 * happens but what a test calls. {@link #restarted} is the next life of the same node.
 */
final class JobsHouse {

  static final Limits LIMITS = new Limits(1000, Duration.ofSeconds(10), Duration.ofSeconds(30), 3);
  static final String ME = "me";

  final TestDatabase database;
  final String node;
  final Path home;
  final int slots;
  final TestClock clock;
  final ScriptedExecutor executor;
  final Transactions transactions;
  final NodeEpoch epoch;
  final JobStore store;
  final ExecutorService threads = new Inline();
  final Set<String> removedRepositories = new HashSet<>();
  final List<UUID> changed = new CopyOnWriteArrayList<>();
  final Granter granter;
  final LockReview lockReview;
  final Repositories repositories;
  final Workspaces workspaces;
  final FakeCopies copies = new FakeCopies();
  final FakeClones clones;
  final Launches launches;
  final Dispatcher dispatcher;
  final Reconciler reconciler;
  final Reattachment reattachment;
  final Jobs jobs;

  /** What is to happen between a commit and the return to its caller. */
  volatile Runnable afterCommit = () -> {};

  static JobsHouse of(TestDatabase database, Path home, int slots) {
    return new JobsHouse(
        database, "node-1", home, slots, new TestClock(), new ScriptedExecutor(), new FakeClones());
  }

  private JobsHouse(
      TestDatabase database,
      String node,
      Path home,
      int slots,
      TestClock clock,
      ScriptedExecutor executor,
      FakeClones clones) {
    this.clones = clones;
    this.database = database;
    this.node = node;
    this.home = home;
    this.slots = slots;
    this.clock = clock;
    this.executor = executor;
    Transactions real = database.transactions();
    this.transactions =
        new Transactions() {
          @Override
          public <T> T call(Supplier<T> work) {
            T result = real.call(work);
            afterCommit.run();
            return result;
          }
        };
    this.epoch = new NodeEpoch(node);
    this.store = new JpaJobStore(database.entityManager(), epoch);
    new JpaStartupLog(real, database.entityManager(), epoch)
        .open("host", executor.bootId(), clock.instant());
    Wakeups wakeups =
        new Wakeups() {
          @Override
          public void queueGrew() {}

          @Override
          public void jobChanged(UUID job) {
            changed.add(job);
          }
        };
    LockStore locks = new JpaLockStore(database.entityManager(), epoch, new ServerProcess(1, 1));
    this.granter = new Granter(locks, epoch);
    Grants grants = new Grants(store, granter);
    this.lockReview =
        new LockReview(
            transactions,
            store,
            granter,
            new LockRepair(locks, new JpaLockRepairStore(database.entityManager())),
            executor,
            epoch,
            clock,
            wakeups);
    this.repositories = repositories(real);
    this.workspaces = new Workspaces(home, new DurableFiles(), copies);
    this.launches =
        new Launches(
            transactions, store, grants, repositories, workspaces, executor, clock, wakeups);
    this.dispatcher = new Dispatcher(transactions, grants, launches, threads, clock, slots);
    this.reconciler =
        new Reconciler(transactions, store, grants, executor, launches, LIMITS, clock, wakeups);
    this.reattachment =
        new Reattachment(transactions, store, executor, reconciler, threads, clock, wakeups);
    this.jobs = jobs(store, wakeups);
  }

  /** On a store of the test's own. */
  Jobs jobs(JobStore interrupted) {
    return jobs(interrupted, new NoWakeups());
  }

  private Jobs jobs(JobStore its, Wakeups wakeups) {
    Admission admission =
        new Admission(Set.of("shell"), name -> Optional.empty(), branch -> Optional.empty());
    return new Jobs(
        transactions,
        its,
        granter,
        workspaces,
        new Submissions(transactions, its, admission, this::registered, clock, wakeups),
        clock,
        wakeups);
  }

  private Set<String> registered(Collection<String> names) {
    Set<String> found = new HashSet<>(names);
    found.removeAll(removedRepositories);
    return found;
  }

  /** The server died and is started again. */
  JobsHouse restarted() {
    return new JobsHouse(database, node, home, slots, clock, executor, clones);
  }

  /** Another server on the same database. */
  JobsHouse beside(String otherNode) {
    return new JobsHouse(database, otherNode, home, slots, clock, executor, clones);
  }

  private Repositories repositories(Transactions its) {
    return new Repositories(
        its, new JpaRepositoryStore(database.entityManager()), clones, true, clock, threads);
  }

  static JobSpec spec() {
    return spec(OnInterrupt.FAIL);
  }

  static JobSpec spec(OnInterrupt policy) {
    return spec(policy, true, List.of());
  }

  static JobSpec spec(OnInterrupt policy, boolean autoStart, List<String> repositories) {
    return new JobSpec(
        "title",
        "shell",
        List.of("echo", "hello"),
        "a prompt",
        Map.of("KEY", "value"),
        repositories,
        null,
        false,
        autoStart,
        Duration.ofMinutes(10),
        policy);
  }

  /** Has its repositories to its end. */
  static JobSpec exclusive(String... repositories) {
    JobSpec shared = spec(OnInterrupt.FAIL, true, List.of(repositories));
    return new JobSpec(
        shared.title(),
        shared.engine(),
        shared.command(),
        shared.prompt(),
        shared.environment(),
        shared.repositories(),
        null,
        true,
        true,
        Duration.ofHours(2),
        shared.onInterrupt());
  }

  UUID submit() {
    return submit(spec());
  }

  /** Registers the repositories that it names. */
  UUID submit(JobSpec spec) {
    spec.repositories().forEach(name -> repositories.register(name, "/of/" + name, null, ME));
    SubmitOutcome outcome = jobs.submit(List.of(spec), ME, null);
    assertThat(outcome).isInstanceOf(SubmitOutcome.Accepted.class);
    return ((SubmitOutcome.Accepted) outcome).jobs().get(0).id();
  }

  List<UUID> submit(int count) {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(submit());
    }
    return ids;
  }

  /** Submitted, claimed, and its launch handed to the executor. */
  UUID launched(JobSpec spec) {
    UUID id = submit(spec);
    dispatcher.runOnce();
    assertThat(state(id)).isEqualTo(JobState.LAUNCHING);
    return id;
  }

  /** Launched, and seen running. */
  UUID running(JobSpec spec) {
    UUID id = launched(spec);
    executor.of(id).runs(clock.instant());
    reconciler.reconcile(id);
    assertThat(state(id)).isEqualTo(JobState.RUNNING);
    return id;
  }

  /** Ran, and ended in the given state. */
  UUID ended(JobState state) {
    UUID id = running(spec());
    switch (state) {
      case COMPLETED -> executor.of(id).exits(0, clock.instant(), clock.instant());
      case FAILED -> executor.of(id).exits(3, clock.instant(), clock.instant());
      case CANCELLED -> {
        jobs.cancel(id);
        executor.of(id).exits(143, clock.instant(), clock.instant());
      }
      case TIMED_OUT -> {
        clock.advance(Duration.ofMinutes(10));
        reconciler.reconcile(id);
        executor.of(id).exits(143, clock.instant(), clock.instant());
      }
      default -> executor.of(id).isLost("gone");
    }
    reconciler.reconcile(id);
    assertThat(state(id)).isEqualTo(state);
    return id;
  }

  /** Claimed, but its server died before the launch was committed. */
  UUID claimed(JobSpec spec) {
    UUID id = submit(spec);
    assertThat(transactions.call(() -> Claims.claim(store, slots, clock.instant()))).hasSize(1);
    return id;
  }

  Job job(UUID id) {
    return jobs.find(id).orElseThrow();
  }

  JobState state(UUID id) {
    return job(id).state();
  }

  /** Its path, as {@code QUEUED PREPARING ...}. */
  String path(UUID id) {
    StringBuilder path = new StringBuilder();
    for (JobEvent event : jobs.events(id)) {
      if (event.from() != event.to()) {
        path.append(path.length() == 0 ? "" : " ").append(event.to());
      }
    }
    return path.toString();
  }

  List<AttemptRecord> attempts(UUID id) {
    return jobs.attempts(id);
  }

  /** The outcomes in the statistics of a job. */
  List<String> samples(UUID id) {
    return database.values(
        "SELECT outcome FROM resource_sample WHERE job_id = '" + id + "' ORDER BY attempt");
  }

  List<String> queue() {
    return database.values("SELECT job_id FROM job_ready ORDER BY seq");
  }
}
