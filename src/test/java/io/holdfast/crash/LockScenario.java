package io.holdfast.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One submit in which everything happens that happens to locks, lines and batches, and what must
 * hold when all of its jobs have ended, whatever died meanwhile.
 */
final class LockScenario implements AutoCloseable {

  private static final int SLOTS = 6;

  /** Names of jobs count from 1. */
  private static final List<String> JOBS =
      List.of(
          "shared:alpha", // fetches for the next two
          "shared:alpha",
          "shared:alpha",
          "exclusive:alpha", // held until all that can stand in line stands there
          "exclusive:alpha+beta", // cancelled while it waits
          "shared:beta", // waits for the place of the one before, and goes on with its cancel
          "shared:alpha+beta",
          "plain",
          "shared:gone", // cannot be fetched
          "shared:gone"); // fails with it

  private static final int HELD = 4;
  private static final int CANCELLED = 5;
  private static final int UNFETCHED = 9;

  private final Lane lane;
  private final Remotes remotes;
  private final LockHistory history;

  LockScenario(FastJvm jvm, Path directory) throws Exception {
    this.lane = new Lane(jvm, directory, SLOTS);
    this.remotes = new Remotes(directory, List.of("alpha", "beta", "gone"));
    this.history = new LockHistory(lane.database(), false);
    ServerLife life = lane.start(ServerLife.NOWHERE);
    assertThat(life.isReady()).isTrue();
    for (String name : List.of("alpha", "beta", "gone")) {
      life.register(name, remotes.url(name));
    }
    life.await("clones", () -> count("repository WHERE state = 'READY'") == 3);
    remotes.remove("gone");
    life.stop(); // and not killed: the first leaves the archive for all that follow
  }

  Lane lane() {
    return lane;
  }

  /**
   * Returns when all have ended, or the server is dead; true if it knows that one was cancelled.
   */
  boolean run(ServerLife life, String name, String target) throws IOException {
    boolean cancelled = false;
    lane.hold(name + "." + HELD);
    life.run(name, String.join(",", JOBS), target);
    life.await("line of " + name, () -> life.isDead() || stands(name));
    if (!life.isDead()) {
      cancelled = life.cancel(name + "." + CANCELLED);
    }
    lane.release(name + "." + HELD);
    life.await("end of " + name, () -> life.isDead() || lane.allEnded(name));
    return cancelled;
  }

  /** One runs, one waits for it, and what cannot be fetched has failed. */
  private boolean stands(String name) {
    return state(name, HELD).equals("RUNNING")
        && state(name, CANCELLED).equals("WAITING")
        && state(name, UNFETCHED).equals("FAILED");
  }

  private String state(String name, int job) {
    return lane.database().value("SELECT state FROM job WHERE title = '" + name + "." + job + "'");
  }

  /**
   * All of it.
   *
   * @param accepted the submit was acknowledged
   * @param cancelled the cancel was
   * @param deaths of servers that ran jobs
   */
  void prove(String name, boolean accepted, boolean cancelled, int deaths) throws IOException {
    int found = count("job WHERE title LIKE '" + name + ".%'");
    assertThat(found)
        .as("all of a submit")
        .isIn(accepted ? List.of(JOBS.size()) : List.of(0, JOBS.size()));
    if (found > 0) {
      proveEnds(name, cancelled);
      proveBatches(name);
      boolean mayHaveRun = state(name, CANCELLED).equals("COMPLETED");
      proveFetches("alpha", mayHaveRun ? 4 : 3, deaths);
      proveFetches("beta", mayHaveRun ? 3 : 2, deaths);
    }
    history.prove(jobs(name));
    lane.proveStartupLog();
    remotes.forget();
    lane.database().execute("DELETE FROM batch");
  }

  private static List<LockHistory.Wanted> jobs(String name) {
    List<LockHistory.Wanted> wanted = new ArrayList<>();
    for (String job : JOBS) {
      wanted.add(LockHistory.Wanted.of(name + "." + (wanted.size() + 1), job));
    }
    return wanted;
  }

  private void proveEnds(String name, boolean cancelled) throws IOException {
    List<String> started = new ArrayList<>();
    for (int job = 1; job <= JOBS.size(); job++) {
      String title = name + "." + job;
      String state = state(name, job);
      if (state.equals("COMPLETED")) {
        lane.proveCompleted(title);
        started.add(title);
      } else {
        assertThat(state).as(title).isEqualTo(job == CANCELLED ? "CANCELLED" : "FAILED");
      }
      assertThat(
              lane.database()
                  .values(
                      "SELECT to_state FROM job_event JOIN job ON job.id = job_id WHERE title = '"
                          + title
                          + "' AND to_state IN ('COMPLETED', 'FAILED', 'CANCELLED')"))
          .as("ends of %s", title)
          .containsExactly(state);
    }
    assertThat(lane.starts(name)).as("starts").containsExactlyInAnyOrderElementsOf(started);
    for (int job = 1; job < UNFETCHED; job++) {
      assertThat(started.contains(name + "." + job) || job == CANCELLED).as("job %s", job).isTrue();
    }
    if (cancelled) {
      assertThat(state(name, CANCELLED)).isEqualTo("CANCELLED");
    }
    List<String> reasons =
        lane.database()
            .values(
                "SELECT DISTINCT reason FROM job WHERE state = 'FAILED' AND title LIKE '"
                    + name
                    + ".%'");
    assertThat(reasons).as("reasons of %s", name).hasSize(1);
    assertThat(reasons.get(0)).startsWith("repository gone: ").contains("not appear to be a git");
  }

  /** One commit for all members; what was fetched is not fetched again. */
  private void proveBatches(String name) throws IOException {
    TestDatabase database = lane.database();
    for (String id : database.values("SELECT id FROM batch WHERE fetched_at IS NOT NULL")) {
      String of = " FROM batch WHERE id = '" + id + "'";
      String repository = database.value("SELECT repository" + of);
      Instant fetched = instant(database.value("SELECT fetched_at" + of));
      Instant ended = instant(database.value("SELECT ended_at" + of));
      assertThat(remotes.fetches(repository))
          .as("fetches of %s after it was prepared at %s, up to %s", repository, fetched, ended)
          .noneMatch(fetch -> fetch.isAfter(fetched) && fetch.isBefore(ended));
      String commit = database.value("SELECT prepared_commit" + of);
      for (String job :
          database.values(
              "SELECT id FROM job WHERE batch_id = '"
                  + id
                  + "' AND state = 'COMPLETED' AND title LIKE '"
                  + name
                  + ".%'")) {
        assertThat(commitOf(job, repository)).as("commit of %s", job).isEqualTo(commit);
      }
    }
    List<String> commits = new ArrayList<>();
    for (int job = 1; job < HELD; job++) {
      String id = database.value("SELECT id FROM job WHERE title = '" + name + "." + job + "'");
      commits.add(commitOf(id, "alpha"));
    }
    assertThat(commits.stream().distinct()).as("commits of those that share a fetch").hasSize(1);
  }

  private static Instant instant(String timestamp) {
    return Timestamp.valueOf(timestamp.replaceFirst("[+-]\\d\\d$", "")).toInstant();
  }

  private String commitOf(String job, String repository) throws IOException {
    Path workspace = lane.directory().resolve("home").resolve("jobs").resolve(job);
    Path head = workspace.resolve("workspace").resolve(repository).resolve(".git/refs/heads/main");
    return Files.readString(head).strip();
  }

  private void proveFetches(String repository, int undisturbed, int deaths) throws IOException {
    assertThat(remotes.fetches(repository).size())
        .as("fetches of %s", repository)
        .isBetween(undisturbed, undisturbed + deaths);
  }

  private int count(String what) {
    return Integer.parseInt(lane.database().value("SELECT count(*) FROM " + what));
  }

  @Override
  public void close() {
    lane.close();
  }
}
