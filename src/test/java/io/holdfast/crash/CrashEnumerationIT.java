package io.holdfast.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kill -9 of the server at every single step it takes with a job and at every step of the start
 * after it: no job is lost, none runs twice, none is stuck, and all they printed is there.
 */
@Timeout(1800)
@SuppressWarnings("NullAway.Init") // filled by JUnit
class CrashEnumerationIT {

  private static final int JOBS = 3;
  private static final String RUNNING =
      "run: after the commit in Reconciler.apply of Reconciler.perform";

  @TempDir private static Path directory;
  private static FastJvm jvm;

  @BeforeAll
  static void prepare() throws IOException {
    jvm = new FastJvm(directory);
  }

  @Test
  void atEveryStep() throws Exception {
    Instant begin = Instant.now();
    Steps steps = new Steps();
    try (Lane one = new Lane(jvm, directory.resolve("one"), 1);
        Lane two = new Lane(jvm, directory.resolve("two"), 1)) {
      List<String> firstStart = discover(one, steps);
      dieInFirstStart(two, firstStart, steps);
      for (int i = 1; steps.isOpen(); i++) {
        String round = "-" + i + "-";
        Lane.together(
            () -> enumerate(one, "one" + round, steps), () -> enumerate(two, "two" + round, steps));
      }
      assertThat(one.abortedStarts() + two.abortedStarts()).isPositive();
    }
    steps.all().forEach(step -> System.out.println("  died at " + step));
    steps.neverReachedAgain().forEach(step -> System.out.println("  not reached again: " + step));
    System.out.printf(
        "Servers died at %d steps in %d s%n",
        steps.all().size(), Duration.between(begin, Instant.now()).toSeconds());
    assertThat(steps.all())
        .anyMatch(step -> step.startsWith("run: before the commit in Submissions.submit"))
        .anyMatch(step -> step.startsWith("run: after the commit in Dispatcher.claim"))
        .anyMatch(step -> step.startsWith("run: after the commit in Launches.commitLaunch"))
        .anyMatch(step -> step.startsWith("run: before the process is made"))
        .anyMatch(step -> step.startsWith("run: before the commit in Reconciler.apply"))
        .anyMatch(step -> step.startsWith("start: after the commit in JpaStartupLog.open"));
  }

  /**
   * One server that does not die.
   *
   * @return the steps of its start that only a new home needs
   */
  private static List<String> discover(Lane lane, Steps steps) throws IOException {
    ServerLife life = lane.start(ServerLife.NOWHERE);
    assertThat(life.isReady()).isTrue();
    steps.sawRun(run(lane, life, "first", ServerLife.NOWHERE));
    lane.prove("first", JOBS, true);
    List<String> first = new ArrayList<>(life.steps("start"));
    life.stop(); // and not killed: it leaves the archive for all that follow
    life = lane.start(ServerLife.NOWHERE);
    assertThat(life.isReady()).isTrue();
    first.removeAll(life.steps("start"));
    return first;
  }

  /** Most servers get a step further than the one before; some leave no step to the next. */
  private static void dieInFirstStart(Lane lane, List<String> firstStart, Steps steps)
      throws IOException {
    for (String step : firstStart) {
      if (lane.start(step).isReady()) {
        lane.reset();
        assertThat(lane.start(step).isReady()).as(step).isFalse();
      }
      steps.died(step);
    }
    ServerLife life = lane.start(ServerLife.NOWHERE);
    assertThat(life.isReady()).isTrue();
    dieAndRecover(lane, life, "new-home", Steps.ONLY_IN_NEW_HOME, steps);
  }

  /** A life per step, for as long as there are any. */
  private static boolean enumerate(Lane lane, String prefix, Steps steps) throws IOException {
    ServerLife life = lane.start(ServerLife.NOWHERE);
    assertThat(life.isReady()).isTrue();
    int count = 0;
    for (String step; (step = steps.nextRun()) != null; ) {
      life = dieAndRecover(lane, life, prefix + ++count, step, steps);
    }
    return true;
  }

  private static ServerLife dieAndRecover(
      Lane lane, ServerLife life, String name, String step, Steps steps) throws IOException {
    try {
      steps.sawRun(run(lane, life, name, step));
      boolean accepted = life.accepted();
      ServerLife last = life;
      if (life.isDead()) {
        steps.died(step);
        last = lane.recover(step, steps);
      } else {
        steps.missed(step);
      }
      lane.release(name + ".1");
      last.await("end of " + name, () -> lane.allEnded(name));
      lane.prove(name, JOBS, accepted);
      lane.proveStartupLog();
      return last;
    } catch (AssertionError e) {
      throw new AssertionError("killed at '" + step + "': " + e.getMessage(), e);
    }
  }

  /**
   * Its first job is held until the server has stored that it runs: a server that dies up to there
   * leaves a running job, one that dies later a job that ends while nobody looks.
   */
  private static List<String> run(Lane lane, ServerLife life, String name, String target)
      throws IOException {
    lane.hold(name + ".1");
    life.run(name, JOBS, target);
    life.await("run of " + name, () -> life.isDead() || life.took(RUNNING));
    if (!life.isDead() && !target.equals(RUNNING)) {
      lane.release(name + ".1");
    }
    life.await("end of " + name, () -> life.isDead() || lane.allEnded(name));
    return life.steps("run");
  }

  @Test
  void atRandomMoments() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("The seed of the random kills is " + seed);
    Random random = new Random(seed);
    try (Lane lane = new Lane(jvm, directory.resolve("random"), 4)) {
      ServerLife life = lane.start(ServerLife.NOWHERE);
      assertThat(life.isReady()).isTrue();
      life.stop(); // and not killed: it leaves the archive for all that follow
      life = lane.start(ServerLife.NOWHERE);
      assertThat(life.isReady()).isTrue();
      for (int kills = 0, submits = 1; kills < 20; submits++) {
        String name = "random" + submits;
        life.run(name, 20, ServerLife.NOWHERE);
        while (kills < 20 && !lane.allEnded(name)) {
          boolean inItsStart = random.nextInt(4) == 0;
          if (!inItsStart) {
            assertThat(life.isReady()).isTrue();
          }
          life.letLive(Duration.ofMillis(random.nextInt(inItsStart ? 2500 : 800)));
          life.kill();
          kills++;
          life = lane.start(ServerLife.NOWHERE);
        }
        assertThat(life.isReady()).isTrue();
        life.await("end of " + name, () -> lane.allEnded(name));
        lane.prove(name, 20, true);
        lane.proveStartupLog();
      }
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }
}
