package io.holdfast.crash;

import io.holdfast.jobs.JobSpec;
import io.holdfast.jobs.OnInterrupt;
import io.holdfast.jobs.SubmitOutcome;
import io.holdfast.platform.Settings;
import io.holdfast.runtime.Foundation;
import io.holdfast.runtime.House;
import io.holdfast.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The house without an application server, in a JVM that kills itself where it is told to.
 *
 * <p>Arguments: database, directory of its own, slots, log of steps, step of the start to die at or
 * "-". Then, line by line on its input: {@code <first name> <jobs> <step to die at>}. It answers
 * {@code ready} and {@code accepted}.
 */
final class CrashingServer {

  private CrashingServer() {}

  /** Counts its start, prints, waits until it may go on, prints the rest. */
  private static final String COMMAND =
      """
      echo "$0 $HOLDFAST_ATTEMPT" >>"$1/starts"
      seq 1 500
      while [ -e "$1/hold-$0" ]; do sleep 0.02; done
      sleep "$2"
      seq 501 1000
      """;

  public static void main(String[] arguments) throws Exception {
    Path lane = Path.of(arguments[1]);
    Path home = lane.resolve("home");
    CrashPoints points = new CrashPoints(home, Path.of(arguments[3]));
    points.enter("start", arguments[4]);
    TestDatabase database = TestDatabase.open(arguments[0]);
    Map<String, String> settings =
        Map.of(
            "holdfast.home",
            home.toString(),
            "holdfast.node.id",
            "lane",
            "holdfast.jobs.max-concurrent",
            arguments[2],
            "holdfast.jobs.reconcile-every",
            "300ms");
    ExecutorService threads = new CrashingThreads(Executors.newCachedThreadPool(), points);
    House house =
        new House(
            new Foundation(
                new Settings(key -> Optional.ofNullable(settings.get(key))),
                new CrashingTransactions(database.transactions(), database.entityManager(), points),
                database.entityManager(),
                new CrashingFiles(points),
                threads,
                clock(points),
                call -> call.run(),
                () -> points.at("after the migration")),
            duration -> Thread.sleep(duration.toMillis()));
    house.recovery().run();
    points.enter("go on", null);
    house.loops().forEach(loop -> new Thread(loop, "loop").start());
    System.out.println("ready");
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = input.readLine()) != null; ) {
      String[] words = line.split(" ", 3);
      points.enter("run", words[2]);
      submit(house, lane, words[0], Integer.parseInt(words[1]));
      System.out.println("accepted");
    }
    System.exit(0); // nobody is there to kill us
  }

  private static void submit(House house, Path lane, String name, int count) {
    List<JobSpec> specs = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      specs.add(spec(lane, name + "." + i, count > 3 ? "1." + i % 10 : "0"));
    }
    if (!(house.jobs().submit(specs, "tester", null) instanceof SubmitOutcome.Accepted)) {
      throw new IllegalStateException("refused");
    }
  }

  private static JobSpec spec(Path lane, String name, String seconds) {
    return new JobSpec(
        name,
        "shell",
        List.of("sh", "-c", COMMAND, name, lane.toString(), seconds),
        null,
        Map.of(),
        List.of(),
        null,
        false,
        true,
        Duration.ofMinutes(5),
        OnInterrupt.FAIL);
  }

  /** The executor asks the time directly before it makes the process. */
  private static InstantSource clock(CrashPoints points) {
    return () -> {
      String caller = CrashPoints.caller();
      if (caller.startsWith("LocalExecutor.submit")) {
        points.at("before the process is made in " + caller);
      }
      return InstantSource.system().instant();
    };
  }
}
