package io.holdfast.repositories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.platform.DurableFiles;
import io.holdfast.repositories.process.Git;
import io.holdfast.repositories.process.GitClones;
import io.holdfast.repositories.store.JpaRepositoryStore;
import io.holdfast.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepositoriesIT {

  private static final RepositoryName ALPHA = new RepositoryName("alpha");
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00.123456789Z");
  private static TestDatabase database;

  @TempDir Path temporary;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private GitSource source;
  private GitClones clones;
  private JpaRepositoryStore store;
  private Repositories repositories;

  @BeforeAll
  static void open() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void arrange() throws Exception {
    database.execute("DELETE FROM repository");
    source = GitSource.create(temporary.resolve("source"));
    Duration minute = Duration.ofMinutes(1);
    clones =
        new GitClones(
            new RepositorySettings(temporary.resolve("home"), true, minute, minute),
            new DurableFiles(),
            new Git());
    store = new JpaRepositoryStore(database.entityManager());
    repositories = repositories(true, threads);
  }

  @AfterEach
  void stop() throws Exception {
    threads.shutdown();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aRegisteredRepositoryIsClonedInTheBackground() throws Exception {
    Registration registration = repositories.register("alpha", source.url(), "main", "anna");
    assertThat(registration).isInstanceOf(Registration.Registered.class);
    Repository registered = ((Registration.Registered) registration).repository();
    assertThat(registered.state()).isEqualTo(RepositoryState.CLONING);
    await(ALPHA, RepositoryState.READY);
    assertThat(repositories.find(ALPHA)).contains(registered.ready(micros(NOW)));
    assertThat(repositories.list()).hasSize(1);
    assertThat(clones.clone(ALPHA).resolve("HEAD")).exists();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "-alpha,https://h/a,null",
        "../alpha,https://h/a,null",
        "alpha,ext::sh -c touch% marker,null",
        "alpha,file:///etc,null",
        "alpha,--upload-pack=touch,null",
        "alpha,https://h/a,-b",
        "alpha,https://h/a,--upload-pack=x",
        "alpha,https://h/a,a..b"
      })
  void hostileInputIsRefusedAndChangesNothing(String name, String url, @Nullable String branch)
      throws Exception {
    assertThat(repositories.register(name, url, branch, "anna"))
        .isInstanceOf(Registration.Refused.class);
    assertThat(repositories.list()).isEmpty();
    assertThat(clones.present()).isEmpty();
  }

  @Test
  void aLocalPathIsRefusedWhereItIsNotAllowed() throws Exception {
    repositories.register("alpha", source.url(), null, "anna");
    await(ALPHA, RepositoryState.READY);
    Repositories strict = repositories(false, threads);
    assertThat(strict.register("beta", source.url(), null, "anna"))
        .isInstanceOfSatisfying(
            Registration.Refused.class,
            refused -> assertThat(refused.reason()).contains("holdfast.repositories.allow-local"));
    assertThat(strict.ensureCurrent(ALPHA, null)).isInstanceOf(Freshness.Failed.class);
  }

  @Test
  void aNameIsRegisteredOnce() throws Exception {
    repositories.register("alpha", source.url(), null, "anna");
    assertThat(repositories.register("alpha", "https://h/else", null, "bert"))
        .isEqualTo(new Registration.AlreadyExists(ALPHA));
    await(ALPHA, RepositoryState.READY);
    assertThat(repositories.find(ALPHA).orElseThrow().owner()).isEqualTo("anna");
  }

  @Test
  void aCloneThatFailsSaysWhyAndTheNextUseTriesAgain() throws Exception {
    Path later = temporary.resolve("later");
    repositories.register("alpha", later.toString(), null, "anna");
    await(ALPHA, RepositoryState.FAILED);
    assertThat(repositories.find(ALPHA).orElseThrow().reason()).contains("does not exist");
    GitSource.create(later);
    assertThat(repositories.ensureCurrent(ALPHA, null)).isInstanceOf(Freshness.Current.class);
    Repository healed = repositories.find(ALPHA).orElseThrow();
    assertThat(healed.state()).isEqualTo(RepositoryState.READY);
    assertThat(healed.reason()).isNull();
  }

  @Test
  void aLostCloneThatCannotBeRemadeIsUnavailableAndHealsByItself() throws Exception {
    repositories.register("alpha", source.url(), null, "anna");
    await(ALPHA, RepositoryState.READY);
    Path away = temporary.resolve("away");
    Files.move(source.directory(), away);
    assertThat(repositories.ensureCurrent(ALPHA, null)).isInstanceOf(Freshness.Failed.class);
    await(ALPHA, RepositoryState.READY);
    clones.remove(ALPHA);
    assertThat(repositories.ensureCurrent(ALPHA, null)).isInstanceOf(Freshness.Failed.class);
    await(ALPHA, RepositoryState.UNAVAILABLE);
    Files.move(away, source.directory());
    assertThat(repositories.ensureCurrent(ALPHA, null)).isInstanceOf(Freshness.Current.class);
    await(ALPHA, RepositoryState.READY);
  }

  @Test
  void cloningAnewReplacesTheClone() throws Exception {
    repositories.register("alpha", source.url(), null, "anna");
    await(ALPHA, RepositoryState.READY);
    Files.writeString(clones.clone(ALPHA).resolve("marker"), "");
    assertThat(repositories.cloneAnew(ALPHA, null)).isInstanceOf(Freshness.Current.class);
    assertThat(clones.clone(ALPHA).resolve("marker")).doesNotExist();
  }

  @Test
  void whatIsNotRegisteredIsNotCloned() throws Exception {
    assertThat(repositories.ensureCurrent(ALPHA, null))
        .isEqualTo(new Freshness.Unregistered(ALPHA));
    assertThat(repositories.find(ALPHA)).isEmpty();
  }

  @Test
  void aRepositoryInUseIsNotRemoved() throws Exception {
    repositories.register("alpha", source.url(), null, "anna");
    await(ALPHA, RepositoryState.READY);
    UUID job = UUID.randomUUID();
    assertThat(repositories.remove(ALPHA, name -> List.of(job)))
        .isEqualTo(new Removal.InUse(ALPHA, List.of(job)));
    assertThat(repositories.find(ALPHA)).isPresent();
  }

  @Test
  void aRemovedRepositoryIsGoneWithItsClone() throws Exception {
    repositories.register("alpha", source.url(), null, "anna");
    await(ALPHA, RepositoryState.READY);
    assertThat(repositories.remove(ALPHA, name -> List.of())).isEqualTo(new Removal.Removed(ALPHA));
    assertThat(repositories.remove(ALPHA, name -> List.of()))
        .isEqualTo(new Removal.NotFound(ALPHA));
    Waiting.until("clone gone", () -> clones.present().isEmpty());
  }

  @Test
  void theUseIsLookedUpWithTheRowLocked() throws Exception {
    repositories.register("alpha", source.url(), null, "anna");
    await(ALPHA, RepositoryState.READY);
    repositories.remove(
        ALPHA,
        name -> {
          assertThatThrownBy(
                  () ->
                      database.execute(
                          "SELECT 1 FROM repository WHERE name = 'alpha' FOR KEY SHARE NOWAIT"))
              .hasRootCauseMessage(
                  "ERROR: could not obtain lock on row in relation \"repository\"");
          return List.of(UUID.randomUUID());
        });
  }

  @Test
  void aNameRegisteredAnewIsNotSettledByItsPredecessorsClone() throws Exception {
    Queue<Runnable> queued = new ArrayDeque<>();
    Repositories slow = repositories(true, queued::add);
    slow.register("alpha", "/nowhere/at/all", null, "anna");
    slow.remove(ALPHA, name -> List.of());
    slow.register("alpha", source.url(), null, "bert");
    queued.remove().run();
    assertThat(slow.find(ALPHA).orElseThrow().state()).isEqualTo(RepositoryState.CLONING);
    queued.remove().run();
    queued.remove().run();
    assertThat(slow.find(ALPHA).orElseThrow().state()).isEqualTo(RepositoryState.READY);
    assertThat(clones.clone(ALPHA)).exists();
  }

  @Test
  void aCloneWhoseRepositoryWasRemovedMeanwhileIsDiscarded() throws Exception {
    Queue<Runnable> queued = new ArrayDeque<>();
    Repositories slow = repositories(true, queued::add);
    slow.register("alpha", source.url(), null, "anna");
    slow.remove(ALPHA, name -> List.of());
    queued.remove().run();
    assertThat(clones.present()).isEmpty();
    assertThat(slow.list()).isEmpty();
  }

  @Test
  void clonesThatACrashInterruptedAreStartedAgainOnce() throws Exception {
    Repositories crashed = repositories(true, work -> {});
    crashed.register("alpha", source.url(), null, "anna");
    Queue<Runnable> queued = new ArrayDeque<>();
    Repositories restarted = repositories(true, queued::add);
    assertThat(restarted.recover()).isEqualTo(new Recovered(1, 1, 0));
    assertThat(restarted.recover()).isEqualTo(new Recovered(1, 1, 0));
    assertThat(queued).hasSize(1);
    queued.remove().run();
    await(ALPHA, RepositoryState.READY);
    assertThat(restarted.recover()).isEqualTo(new Recovered(1, 0, 0));
  }

  @Test
  void aCloneThatFailedIsTriedAgainByARecovery() throws Exception {
    Path later = temporary.resolve("later");
    repositories.register("alpha", later.toString(), null, "anna");
    await(ALPHA, RepositoryState.FAILED);
    GitSource.create(later);
    Waiting.until("background idle", () -> repositories.recover().resumed() == 0);
    await(ALPHA, RepositoryState.READY);
  }

  @Test
  void clonesThatNobodyOwnsAreDiscarded() throws Exception {
    clones.create(ALPHA, new GitUrl(source.url()));
    Files.createDirectories(temporary.resolve("home/staging/repository-beta"));
    assertThat(repositories.recover()).isEqualTo(new Recovered(0, 0, 2));
    Waiting.until("both gone", () -> clones.present().isEmpty());
  }

  @Test
  void anExecutorThatIsFullOnlyDelaysTheClone() throws Exception {
    Repositories full =
        repositories(
            true,
            work -> {
              throw new RejectedExecutionException("full");
            });
    full.register("alpha", source.url(), null, "anna");
    assertThat(full.find(ALPHA).orElseThrow().state()).isEqualTo(RepositoryState.CLONING);
    assertThat(repositories.recover().resumed()).isEqualTo(1);
    await(ALPHA, RepositoryState.READY);
  }

  @Test
  void anInterruptedCloneStaysToBeRecovered() throws Exception {
    Queue<Runnable> queued = new ArrayDeque<>();
    Repositories slow = repositories(true, queued::add);
    slow.register("alpha", source.url(), null, "anna");
    Thread.currentThread().interrupt();
    queued.remove().run();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(slow.find(ALPHA).orElseThrow().state()).isEqualTo(RepositoryState.CLONING);
  }

  @Test
  void aFailureBehindTheSceneIsNoFailureOfTheCaller() throws Exception {
    Queue<Runnable> queued = new ArrayDeque<>();
    Repositories slow = repositories(true, queued::add);
    slow.register("alpha", source.url(), null, "anna");
    database.execute("ALTER TABLE repository RENAME TO away");
    try {
      queued.remove().run();
    } finally {
      database.execute("ALTER TABLE away RENAME TO repository");
    }
    assertThat(repositories.recover().resumed()).isEqualTo(1);
    await(ALPHA, RepositoryState.READY);
  }

  @Test
  void theDatabaseKnowsTheSameStates() throws Exception {
    try (var connection = database.connect();
        var statement = connection.createStatement();
        var result =
            statement.executeQuery(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
                    + " WHERE conname = 'repository_state'")) {
      assertThat(result.next()).isTrue();
      assertThat(
              Pattern.compile("'([A-Z]+)'")
                  .matcher(result.getString(1))
                  .results()
                  .map(match -> RepositoryState.valueOf(match.group(1))))
          .containsExactly(RepositoryState.values());
    }
  }

  private Repositories repositories(boolean allowLocal, Executor background) {
    return new Repositories(
        database.transactions(), store, clones, allowLocal, InstantSource.fixed(NOW), background);
  }

  private void await(RepositoryName name, RepositoryState state) throws Exception {
    Waiting.until(
        name + " is " + state,
        () -> repositories.find(name).map(Repository::state).filter(state::equals).isPresent());
  }

  private static Instant micros(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS);
  }
}
