package io.holdfast.runtime;

import io.holdfast.callbacks.CallbackEngine;
import io.holdfast.callbacks.CallbackSettings;
import io.holdfast.callbacks.Callbacks;
import io.holdfast.callbacks.GuardedSender;
import io.holdfast.callbacks.OutboxTransactions;
import io.holdfast.callbacks.TargetRules;
import io.holdfast.callbacks.http.HttpSender;
import io.holdfast.callbacks.store.JpaDeliveryStore;
import io.holdfast.callbacks.store.JpaEndpointStore;
import io.holdfast.callbacks.store.JpaOutbox;
import io.holdfast.execution.ProcessIdentity;
import io.holdfast.execution.process.LocalExecutor;
import io.holdfast.execution.process.LocalSettings;
import io.holdfast.jobs.Admission;
import io.holdfast.jobs.Engines;
import io.holdfast.jobs.JobEngine;
import io.holdfast.jobs.JobOutputs;
import io.holdfast.jobs.JobSettings;
import io.holdfast.jobs.JobStore;
import io.holdfast.jobs.Jobs;
import io.holdfast.jobs.LockReview;
import io.holdfast.jobs.NamedRepositories;
import io.holdfast.jobs.Submissions;
import io.holdfast.jobs.store.JpaJobStore;
import io.holdfast.platform.HostName;
import io.holdfast.platform.Loop;
import io.holdfast.platform.NodeEpoch;
import io.holdfast.platform.Settings;
import io.holdfast.platform.Signal;
import io.holdfast.recovery.BatchRecovery;
import io.holdfast.recovery.CallbackRecovery;
import io.holdfast.recovery.Inventory;
import io.holdfast.recovery.JobReattachment;
import io.holdfast.recovery.LockRecovery;
import io.holdfast.recovery.Nodes;
import io.holdfast.recovery.QueueRecovery;
import io.holdfast.recovery.Readiness;
import io.holdfast.recovery.Recovery;
import io.holdfast.recovery.RepositoryRecovery;
import io.holdfast.recovery.StartupLog;
import io.holdfast.recovery.StatisticsRecovery;
import io.holdfast.recovery.TemporaryFilesRecovery;
import io.holdfast.recovery.WaitingQueueRecovery;
import io.holdfast.recovery.store.JpaNodes;
import io.holdfast.recovery.store.JpaStartupLog;
import io.holdfast.repositories.BranchName;
import io.holdfast.repositories.Granter;
import io.holdfast.repositories.Lines;
import io.holdfast.repositories.LockRepair;
import io.holdfast.repositories.LockStore;
import io.holdfast.repositories.RemoteClones;
import io.holdfast.repositories.Repositories;
import io.holdfast.repositories.RepositorySettings;
import io.holdfast.repositories.ServerProcess;
import io.holdfast.repositories.process.Git;
import io.holdfast.repositories.process.GitClones;
import io.holdfast.repositories.store.JpaLineStore;
import io.holdfast.repositories.store.JpaLockRepairStore;
import io.holdfast.repositories.store.JpaLockStore;
import io.holdfast.repositories.store.JpaRepositoryStore;
import io.holdfast.security.Tokens;
import io.holdfast.security.store.JpaTokenStore;
import io.holdfast.statistics.StatisticsStore;
import io.holdfast.statistics.store.JpaStatisticsStore;
import io.holdfast.workspace.Workspaces;
import io.holdfast.workspace.process.GitWorkingCopies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The composition root: every part of the server, put together in plain Java. It starts nothing by
 * itself.
 */
public final class House {

  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  /** A tenth of a lease. */
  private static final Duration LOCK_REVIEW = Duration.ofSeconds(60);

  private final Foundation foundation;
  private final Path home;
  private final Engines engines = Engines.builtIn();
  private final Readiness readiness = new Readiness();
  private final JobSettings jobSettings;
  private final JobOutputs outputs;
  private final LocalExecutor executor;
  private final JobEngine engine;
  private final Jobs jobs;
  private final Repositories repositories;
  private final Lines lines;
  private final StatisticsStore statistics;
  private final HttpSender sender;
  private final CallbackEngine callbackEngine;
  private final StartupLog startupLog;
  private final Nodes nodes;
  private final Tokens tokens;
  private final List<Loop> loops;
  private final Recovery recovery;

  /**
   * @throws Settings.BadSetting naming the key of a value that cannot be used
   */
  public House(Foundation foundation, Recovery.Pause pause) {
    this.foundation = foundation;
    Settings settings = foundation.settings();
    this.home =
        settings.path("holdfast.home", Path.of(System.getProperty("user.home"), "holdfast"));
    this.jobSettings = JobSettings.from(settings);
    String host = HostName.get();
    NodeEpoch epoch = new NodeEpoch(settings.text("holdfast.node.id", host));

    this.executor =
        new LocalExecutor(
            home, foundation.files(), foundation.clock(), LocalSettings.from(settings));
    RepositorySettings repositorySettings = RepositorySettings.from(settings, home);
    Git git = new Git();
    GitClones clones = new GitClones(repositorySettings, foundation.files(), git);
    this.repositories =
        new Repositories(
            foundation.transactions(),
            new JpaRepositoryStore(foundation.manager()),
            new RemoteClones(clones, foundation.remote()),
            repositorySettings.allowLocal(),
            foundation.clock(),
            foundation.threads());
    Workspaces workspaces =
        new Workspaces(
            home,
            foundation.files(),
            new GitWorkingCopies(clones, git, repositorySettings.cloneTimeout()));

    ProcessIdentity self = executor.self();
    LockStore locks =
        new JpaLockStore(
            foundation.manager(), epoch, new ServerProcess(self.pid(), self.startTicks()));
    Granter granter = new Granter(locks, epoch);
    this.lines = new Lines(foundation.transactions(), new JpaLineStore(foundation.manager()));
    CallbackSettings callbackSettings = CallbackSettings.from(settings);
    Signal outboxGrew = new Signal();
    OutboxTransactions transactions =
        new OutboxTransactions(foundation.transactions(), outboxGrew::give);
    this.sender =
        new HttpSender(
            callbackSettings.allowAddresses(),
            callbackSettings.timeout(),
            callbackSettings.maxConcurrent());
    this.callbackEngine =
        new CallbackEngine(
            foundation.transactions(),
            new JpaDeliveryStore(foundation.manager(), epoch),
            new JpaEndpointStore(foundation.manager()),
            new GuardedSender(sender, foundation.tries()),
            callbackSettings,
            outboxGrew,
            foundation.threads(),
            foundation.clock());
    JobStore store =
        new JpaJobStore(
            foundation.manager(),
            epoch,
            new JpaOutbox(foundation.manager(), callbackSettings.links(), transactions::filled));
    this.engine =
        new JobEngine(
            transactions,
            store,
            granter,
            repositories,
            workspaces,
            executor,
            jobSettings,
            foundation.threads(),
            foundation.clock());
    this.startupLog = new JpaStartupLog(foundation.transactions(), foundation.manager(), epoch);
    LockReview review =
        new LockReview(
            transactions,
            store,
            granter,
            new LockRepair(locks, new JpaLockRepairStore(foundation.manager())),
            executor,
            epoch,
            foundation.clock(),
            engine);
    this.loops = new ArrayList<>(engine.loops());
    loops.addAll(callbackEngine.loops());
    loops.add(
        new Loop(
            "heartbeat of the node",
            () -> startupLog.beat(foundation.clock().instant()),
            new Signal(),
            HEARTBEAT));
    loops.add(new Loop("reviewing locks", review::runOnce, new Signal(), LOCK_REVIEW));
    loops.add(new Loop("retrying clones", this::retryClones, new Signal(), Duration.ofMinutes(5)));
    this.outputs = new JobOutputs(foundation.transactions(), store, executor);
    this.jobs =
        new Jobs(
            transactions,
            store,
            granter,
            workspaces,
            new Submissions(
                transactions,
                store,
                new Admission(
                    engines.names(),
                    new NamedRepositories(repositories, lines)::objection,
                    BranchName::objection,
                    new TargetRules(callbackSettings.allowAddresses())),
                repositories::keep,
                foundation.clock(),
                engine),
            foundation.clock(),
            engine);
    this.statistics = new JpaStatisticsStore(foundation.manager());
    this.nodes = new JpaNodes(foundation.transactions(), foundation.manager(), epoch);
    this.tokens =
        new Tokens(
            foundation.transactions(),
            new JpaTokenStore(foundation.manager()),
            foundation.files(),
            foundation.clock(),
            home);
    this.recovery = recovery(store, review, new Recovery.Identity(host, executor.bootId()), pause);
  }

  private Recovery recovery(
      JobStore store, LockReview review, Recovery.Identity identity, Recovery.Pause pause) {
    Inventory inventory = new Inventory(engine.reattachment());
    return new Recovery(
        List.of(
            new TemporaryFilesRecovery(home, foundation.files(), foundation.clock()),
            new QueueRecovery(foundation.transactions(), store),
            new StatisticsRecovery(foundation.transactions(), statistics),
            inventory,
            new JobReattachment(inventory, engine.reattachment()),
            new LockRecovery(inventory, review),
            new WaitingQueueRecovery(review),
            new BatchRecovery(review),
            new CallbackRecovery(callbackEngine),
            new RepositoryRecovery(repositories)),
        startupLog,
        List.of(
            new Recovery.Preparation(
                "DatabaseMigration",
                "migrate_schema",
                "the database's schema",
                foundation.migrate()),
            new Recovery.Preparation(
                "AdminToken", "ensure_token", "the admin token", tokens::ensureAdminToken)),
        identity,
        readiness,
        foundation.threads(),
        foundation.clock(),
        pause);
  }

  public Path home() {
    return home;
  }

  public Engines engines() {
    return engines;
  }

  public Readiness readiness() {
    return readiness;
  }

  public JobSettings jobSettings() {
    return jobSettings;
  }

  public Jobs jobs() {
    return jobs;
  }

  public JobOutputs outputs() {
    return outputs;
  }

  public Repositories repositories() {
    return repositories;
  }

  public Lines lines() {
    return lines;
  }

  public Callbacks callbacks() {
    return callbackEngine.callbacks();
  }

  public StatisticsStore statistics() {
    return statistics;
  }

  public StartupLog startupLog() {
    return startupLog;
  }

  public Nodes nodes() {
    return nodes;
  }

  public Tokens tokens() {
    return tokens;
  }

  /** To be run once, before {@link #loops}. */
  public Recovery recovery() {
    return recovery;
  }

  /** To be run for as long as the server lives, after the recovery. */
  public List<Loop> loops() {
    return loops;
  }

  /** Ends what the house itself runs; jobs go on. */
  void close() {
    loops.forEach(Loop::stop);
    executor.close();
    sender.close();
  }

  private void retryClones() {
    try {
      repositories.recover();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
