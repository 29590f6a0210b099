package io.holdfast.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.jobs.JobState;
import io.holdfast.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A database, a home, and the servers that live on them one after another. */
final class Lane implements AutoCloseable {

  /** What {@link CrashingServer}'s command prints. */
  private static final String OUTPUT =
      IntStream.rangeClosed(1, 1000).mapToObj(i -> i + "\n").collect(Collectors.joining());

  private static final int STARTS_PER_RUN = 2;

  private final TestDatabase database;
  private final FastJvm jvm;
  private final Path directory;
  private final int slots;
  private @Nullable ServerLife life;

  Lane(FastJvm jvm, Path directory, int slots) throws IOException {
    this(jvm, TestDatabase.create(), directory, slots);
  }

  private Lane(FastJvm jvm, TestDatabase database, Path directory, int slots) throws IOException {
    this.database = database;
    this.jvm = jvm;
    this.directory = Files.createDirectories(directory);
    this.slots = slots;
  }

  /** Another node on the same database. */
  Lane beside(Path other) throws IOException {
    return new Lane(jvm, TestDatabase.open(database.url()), other, slots);
  }

  Path directory() {
    return directory;
  }

  TestDatabase database() {
    return database;
  }

  /** The next server. */
  ServerLife start(String target) throws IOException {
    close(life);
    ServerLife next = ServerLife.start(jvm, database.url(), directory, slots, target);
    life = next;
    return next;
  }

  /** As it was before the first start. */
  void reset() throws IOException {
    close(life);
    database.empty();
    Files.move(
        directory.resolve("home"), Files.createTempDirectory(directory, "old-").resolve("home"));
  }

  void hold(String job) throws IOException {
    Files.writeString(directory.resolve("hold-" + job), "");
  }

  void release(String job) {
    try {
      Files.deleteIfExists(directory.resolve("hold-" + job));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean allEnded(String name) {
    return database
        .value("SELECT count(*) FROM job WHERE ended_at IS NULL AND title LIKE '" + name + ".%'")
        .equals("0");
  }

  /** What must hold when all jobs of a submit have ended, whatever died meanwhile. */
  void prove(String name, int jobs, boolean accepted) throws IOException {
    List<String> found = titles(name);
    List<String> expected = IntStream.rangeClosed(1, jobs).mapToObj(i -> name + "." + i).toList();
    if (accepted || !found.isEmpty()) {
      assertThat(found).as("all of a submit, in its order").isEqualTo(expected);
    }
    List<String> starts = starts(name);
    if (slots == 1) {
      assertThat(starts).as("each started once, first in first out").isEqualTo(found);
    } else {
      assertThat(starts).as("each started once").containsExactlyInAnyOrderElementsOf(found);
    }
    for (String job : found) {
      proveCompleted(job);
    }
    assertThat(database.values("SELECT job_id FROM job_ready")).as("the queue").isEmpty();
  }

  /** The names of a submit's jobs that started, in the order of their starts. */
  List<String> starts(String name) throws IOException {
    Path counter = directory.resolve("starts");
    if (!Files.exists(counter)) {
      return List.of();
    }
    return Files.readAllLines(counter).stream()
        .map(line -> line.split(" ", 2)[0])
        .filter(job -> job.startsWith(name + "."))
        .toList();
  }

  /** What must hold of a job that completed. */
  void proveCompleted(String title) throws IOException {
    String of = " FROM job j WHERE title = '" + title + "'";
    String id = database.value("SELECT id" + of);
    String attempt = database.value("SELECT attempt" + of);
    assertThat(database.value("SELECT state || ' ' || exit_code || ' ' || output_bytes" + of))
        .as(title)
        .isEqualTo("COMPLETED 0 " + OUTPUT.length());
    assertThat(output(id, attempt)).as("the output of %s", title).isEqualTo(OUTPUT);
    assertThat(
            Files.readAllLines(directory.resolve("starts")).stream()
                .filter(line -> line.startsWith(title + " ")))
        .as("the attempt that started")
        .containsExactly(title + " " + attempt);
    String ofJob = " WHERE job_id = '" + id + "'";
    assertThat(
            database.values(
                "SELECT attempt FROM job_attempt" + ofJob + " AND started_at IS NOT NULL"))
        .as("attempts of %s that are said to have started", title)
        .containsExactly(attempt);
    assertThat(
            database.values(
                "SELECT outcome FROM job_attempt" + ofJob + " AND attempt <> " + attempt))
        .as("attempts of %s that did not start", title)
        .allMatch("NEVER_STARTED"::equals);
    assertThat(database.values("SELECT attempt FROM resource_sample" + ofJob))
        .as("samples of %s", title)
        .containsExactly(attempt);
    proveEvents(
        title,
        database.values(
            "SELECT coalesce(from_state, '') || '>' || to_state FROM job_event"
                + ofJob
                + " ORDER BY id"));
  }

  /** Each follows from the one before, and the end is for ever. */
  private static void proveEvents(String title, List<String> events) {
    String state = "";
    for (String event : events) {
      List<String> states = new ArrayList<>(List.of(event.split(">", -1)));
      assertThat(states.get(0)).as("events of %s: %s", title, events).isEqualTo(state);
      if (!state.isEmpty() && !state.equals(states.get(1))) {
        assertThat(JobState.valueOf(state).canBecome(JobState.valueOf(states.get(1))))
            .as("events of %s: %s", title, events)
            .isTrue();
      }
      state = states.get(1);
    }
    assertThat(state).as("events of %s: %s", title, events).isEqualTo("COMPLETED");
  }

  /** It completed, in at most so many attempts, one of which started. */
  void proveStarted(String title, int attempts) {
    String of = " FROM job_attempt a JOIN job j ON j.id = a.job_id WHERE title = '" + title + "'";
    assertThat(database.value("SELECT state FROM job WHERE title = '" + title + "'"))
        .as(title)
        .isEqualTo("COMPLETED");
    assertThat(database.values("SELECT a.attempt" + of))
        .as("attempts of %s", title)
        .hasSizeBetween(1, attempts);
    assertThat(database.values("SELECT a.attempt" + of + " AND a.started_at IS NOT NULL"))
        .as("starts of %s", title)
        .hasSize(1);
  }

  private String output(String job, String attempt) throws IOException {
    Path attempts = directory.resolve("home").resolve("jobs").resolve(job).resolve("attempts");
    try (Stream<Path> files = Files.list(attempts.resolve(attempt))) {
      List<Path> outputs = files.filter(file -> file.toString().endsWith(".output")).toList();
      assertThat(outputs).hasSize(1);
      return Files.readString(outputs.get(0));
    }
  }

  /** Every start names the one before it if, and only if, that one was cut off. */
  void proveStartupLog() {
    assertThat(
            database.values(
                """
                SELECT id FROM (
                  SELECT id, aborted_predecessor, lag(id) OVER starts AS before,
                    lag(finished_at) OVER starts AS before_finished
                  FROM startup_run WINDOW starts AS (ORDER BY epoch)) AS run
                WHERE aborted_predecessor IS DISTINCT FROM
                  CASE WHEN before_finished IS NULL THEN before END
                """))
        .as("starts that are wrong about the start before")
        .isEmpty();
  }

  /** What the startup log says the starts that were cut off were in. */
  List<String> phasesOfAbortedStarts() {
    return database.values(
        "SELECT DISTINCT unnest(running) FROM startup_run WHERE finished_at IS NULL");
  }

  /** The jobs of a submit, in the order of their places. */
  List<String> titles(String name) {
    return database.values("SELECT title FROM job WHERE title LIKE '" + name + ".%' ORDER BY seq");
  }

  /** The nodes that worked on the jobs of a submit. */
  List<String> nodes(String name) {
    return database.values(
        "SELECT DISTINCT a.node_id FROM job_attempt a JOIN job j ON j.id = a.job_id"
            + " WHERE title LIKE '"
            + name
            + ".%'");
  }

  long abortedStarts() {
    return Long.parseLong(database.value("SELECT count(aborted_predecessor) FROM startup_run"));
  }

  /** Servers that die in their start, then one that does not. */
  ServerLife recover(String after, Steps steps) throws IOException {
    for (int deaths = 0; deaths < STARTS_PER_RUN; deaths++) {
      String step = steps.nextStart(after);
      if (step == null) {
        break;
      }
      ServerLife life = start(step);
      boolean ready = life.isReady();
      steps.sawStart(after, life.steps("start"));
      if (ready) {
        steps.missed(step, after, deaths == 0);
        return life;
      }
      steps.died(step);
    }
    ServerLife life = start(ServerLife.NOWHERE);
    assertThat(life.isReady()).isTrue();
    steps.sawStart(after, life.steps("start"));
    return life;
  }

  /** Two lanes side by side. */
  static void together(Callable<?> one, Callable<?> two) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (Future<?> end : List.of(threads.submit(one), threads.submit(two))) {
        end.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getMessage(), e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void close(@Nullable ServerLife life) {
    if (life != null) {
      life.close();
    }
  }

  @Override
  public void close() {
    close(life);
    database.close();
  }
}
