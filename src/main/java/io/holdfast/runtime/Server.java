package io.holdfast.runtime;

import io.holdfast.callbacks.Answer;
import io.holdfast.callbacks.Callbacks;
import io.holdfast.callbacks.TryGuard;
import io.holdfast.jobs.Engines;
import io.holdfast.jobs.JobOutputs;
import io.holdfast.jobs.JobSettings;
import io.holdfast.jobs.Jobs;
import io.holdfast.platform.DurableFiles;
import io.holdfast.platform.Settings;
import io.holdfast.recovery.Nodes;
import io.holdfast.recovery.Readiness;
import io.holdfast.recovery.StartupLog;
import io.holdfast.repositories.Lines;
import io.holdfast.repositories.Repositories;
import io.holdfast.rest.Followers;
import io.holdfast.rest.HttpSettings;
import io.holdfast.rest.StorageGuard;
import io.holdfast.security.Tokens;
import io.holdfast.statistics.StatisticsStore;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;

/**
 * The house inside a Jakarta EE server: takes what the server gives and offers the parts for
 * injection.
 */
@ApplicationScoped
@SuppressWarnings("NullAway.Init") // filled by CDI
public class Server {

  @Inject private Config config;
  @Inject private JtaTransactions transactions;
  @Inject private RetriedRemote remote;
  @Inject private GuardedTries tries;
  @PersistenceContext private EntityManager manager;
  @Resource private ManagedThreadFactory threadFactory;

  @Resource(lookup = "java:/jdbc/holdfast")
  private DataSource source;

  private House house;
  private ExecutorService threads;
  private HttpSettings http;
  private Followers followers;

  /** Puts the house together; called once, by {@link Startup}. */
  void build() {
    Settings settings = new Settings(key -> config.getOptionalValue(key, String.class));
    threads = Executors.newCachedThreadPool(threadFactory);
    house =
        new House(
            new Foundation(
                settings,
                transactions,
                manager,
                new DurableFiles(),
                threads,
                InstantSource.system(),
                remote,
                this::guarded,
                new Migrations(source)),
            duration -> Thread.sleep(duration.toMillis()));
    http = HttpSettings.from(settings);
    followers = new Followers(house.jobs(), house.outputs(), http, threads);
  }

  /** It has begun, so it counts. */
  private Answer guarded(TryGuard.Try one) throws InterruptedException {
    try {
      return tries.call(one);
    } catch (TimeoutException e) {
      return new Answer.None("interrupted: " + e.getMessage());
    }
  }

  House house() {
    return house;
  }

  ExecutorService threads() {
    return threads;
  }

  /** Throws if the database does not answer. */
  void ping() {
    transactions.call(() -> manager.createNativeQuery("SELECT 1").getSingleResult());
  }

  /** Running jobs go on without us. */
  void stop() {
    house.close();
    followers.stop();
    threads.shutdownNow();
  }

  @Produces
  @Singleton
  Jobs jobs() {
    return house.jobs();
  }

  @Produces
  @Singleton
  JobOutputs outputs() {
    return house.outputs();
  }

  @Produces
  @Singleton
  JobSettings jobSettings() {
    return house.jobSettings();
  }

  @Produces
  @Singleton
  Engines engines() {
    return house.engines();
  }

  @Produces
  @Singleton
  Repositories repositories() {
    return house.repositories();
  }

  @Produces
  @Singleton
  Callbacks callbacks() {
    return house.callbacks();
  }

  @Produces
  @Singleton
  Lines lines() {
    return house.lines();
  }

  @Produces
  @Singleton
  Nodes nodes() {
    return house.nodes();
  }

  @Produces
  @Singleton
  StatisticsStore statistics() {
    return house.statistics();
  }

  @Produces
  @Singleton
  StartupLog startupLog() {
    return house.startupLog();
  }

  @Produces
  @Singleton
  Tokens tokens() {
    return house.tokens();
  }

  @Produces
  @Singleton
  Readiness readiness() {
    return house.readiness();
  }

  @Produces
  @Singleton
  HttpSettings http() {
    return http;
  }

  @Produces
  @Singleton
  Followers followers() {
    return followers;
  }

  @Produces
  @Singleton
  StorageGuard storage() {
    return new StorageGuard(house.home());
  }
}
