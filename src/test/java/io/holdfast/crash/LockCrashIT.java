package io.holdfast.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kill -9 of the server at every commit that grants, calls, prepares or releases, and of the start
 * after it at every commit of its phases. Real git, real clones.
 *
 * <p>{@code -Dholdfast.crash.every=true} also dies before each commit, and at each repetition.
 */
@Timeout(3600)
@SuppressWarnings("NullAway.Init") // filled by JUnit
class LockCrashIT {

  private static final List<String> RACE =
      List.of(
          "exclusive:alpha",
          "plain",
          "exclusive:beta",
          "shared:alpha",
          "shared:alpha",
          "shared:alpha+beta",
          "plain",
          "exclusive:alpha",
          "plain",
          "exclusive:alpha+beta");

  private static final boolean EVERY = Boolean.getBoolean("holdfast.crash.every");

  @TempDir private static Path directory;
  private static FastJvm jvm;

  private final Set<String> diedIn = new ConcurrentSkipListSet<>();

  @BeforeAll
  static void prepare() throws IOException {
    jvm = new FastJvm(directory);
  }

  /**
   * Claims differ by what has come before them; of all else the first is enough. The startup log's
   * own commits lie between those of the phases.
   */
  private static boolean isWorthIt(String step) {
    if (step.contains("JpaStartupLog") && !EVERY) {
      return false;
    }
    boolean commit = step.contains(EVERY ? " the commit in " : "after the commit in ");
    if (step.startsWith("start: ")) {
      return commit
          || step.matches(".* after the read in .*(Recovery|Inventory|JobReattachment)\\.run.*")
          || step.endsWith(" of Repositories.recover");
    }
    boolean claim = step.contains("Dispatcher.claim");
    boolean repeated = step.matches(claim ? ".*\\(([6-9]|\\d\\d)\\)" : ".*\\(([2-9]|\\d\\d)\\)");
    return commit && (EVERY || !repeated);
  }

  @Test
  void atEveryCommit() throws Exception {
    Instant begin = Instant.now();
    Steps steps = new Steps(LockCrashIT::isWorthIt, EVERY ? 20 : 8, EVERY ? 12 : 1);
    try (LockScenario one = new LockScenario(jvm, directory.resolve("one"));
        LockScenario two = new LockScenario(jvm, directory.resolve("two"))) {
      ServerLife life = one.lane().start(ServerLife.NOWHERE);
      assertThat(life.isReady()).isTrue();
      live(one, life, "first", ServerLife.NOWHERE, steps);
      for (int i = 1; steps.isOpen(); i++) {
        String round = "-" + i + "-";
        Lane.together(
            () -> enumerate(one, "one" + round, steps), () -> enumerate(two, "two" + round, steps));
      }
    }
    steps.all().forEach(step -> System.out.println("  died at " + step));
    steps.neverReachedAgain().forEach(step -> System.out.println("  not reached again: " + step));
    System.out.printf(
        "Servers with locks died at %d steps in %d s%n",
        steps.all().size(), Duration.between(begin, Instant.now()).toSeconds());
    for (String commit :
        List.of(
            "Submissions",
            "Dispatcher.claim",
            "GrantedSources.tell",
            "Launches.commitLaunch",
            "Launches.fail",
            "Reconciler.apply",
            "Jobs.act")) {
      assertThat(steps.all()).anyMatch(step -> step.startsWith("run: ") && step.contains(commit));
    }
    assertThat(diedIn)
        .as("phases that servers died in")
        .contains(
            "QueueRecovery",
            "Inventory",
            "JobReattachment",
            "LockRecovery",
            "WaitingQueueRecovery",
            "BatchRecovery");
  }

  /** A life per step, for as long as there are any. */
  private boolean enumerate(LockScenario scenario, String prefix, Steps steps) throws IOException {
    ServerLife life = scenario.lane().start(ServerLife.NOWHERE);
    assertThat(life.isReady()).isTrue();
    int count = 0;
    for (String step; (step = steps.nextRun()) != null; ) {
      life = live(scenario, life, prefix + ++count, step, steps);
    }
    return true;
  }

  private ServerLife live(
      LockScenario scenario, ServerLife life, String name, String step, Steps steps)
      throws IOException {
    try {
      boolean cancelled = scenario.run(life, name, step);
      steps.sawRun(life.steps("run"));
      boolean accepted = life.accepted();
      boolean dead = life.isDead();
      ServerLife last = life;
      if (dead) {
        steps.died(step);
        last = scenario.lane().recover(step, steps);
        diedIn.addAll(scenario.lane().phasesOfAbortedStarts());
      } else {
        steps.missed(step);
      }
      last.await("end of " + name, () -> scenario.lane().allEnded(name));
      scenario.prove(name, accepted, cancelled, dead ? 1 : 0);
      return last;
    } catch (AssertionError e) {
      throw new AssertionError("killed at '" + step + "': " + e.getMessage(), e);
    }
  }

  /**
   * Each submits the same at the same moment; in the last round one of them dies and comes back.
   */
  @Test
  void twoServersOnOneDatabaseNeverHaveTheSame() throws Exception {
    Path home = directory.resolve("left");
    try (Lane left = new Lane(jvm, home, 3);
        Lane right = left.beside(directory.resolve("right"))) {
      Remotes remotes = new Remotes(home, List.of("alpha", "beta"));
      LockHistory history = new LockHistory(left.database(), true);
      ServerLife first = left.start(ServerLife.NOWHERE);
      assertThat(first.isReady()).isTrue();
      first.register("alpha", remotes.url("alpha"));
      first.register("beta", remotes.url("beta"));
      first.stop(); // if it is the first of all, it leaves the archive for those that follow
      ServerLife one = left.start(ServerLife.NOWHERE);
      assertThat(one.isReady()).isTrue();
      ServerLife two = right.start(ServerLife.NOWHERE);
      assertThat(two.isReady()).isTrue();
      Set<String> nodes = new TreeSet<>();
      for (int round = 1; round <= 3; round++) {
        String name = "race" + round;
        ServerLife other = two;
        Lane.together(
            () -> one.race(name + ".left", RACE), () -> other.race(name + ".right", RACE));
        boolean dies = round == 3;
        if (dies) {
          one.await("a job of the other", () -> right.nodes(name).contains("right"));
          two.kill();
          two = right.start(ServerLife.NOWHERE);
          assertThat(two.isReady()).isTrue();
        }
        one.await("end of " + name, () -> left.allEnded(name));
        List<LockHistory.Wanted> jobs = new ArrayList<>();
        for (String title : left.titles(name)) {
          left.proveStarted(title, dies ? 2 : 1);
          int number = Integer.parseInt(title.substring(title.lastIndexOf('.') + 1));
          jobs.add(LockHistory.Wanted.of(title, RACE.get(number - 1)));
        }
        List<String> starts = new ArrayList<>(left.starts(name));
        starts.addAll(right.starts(name));
        assertThat(jobs).hasSize(2 * RACE.size());
        assertThat(starts).containsExactlyInAnyOrderElementsOf(left.titles(name));
        history.prove(jobs);
        nodes.addAll(left.nodes(name));
      }
      assertThat(nodes).as("who worked").containsExactly("left", "right");
    }
  }
}
