package io.holdfast.crash;

import io.holdfast.callbacks.Answer;
import io.holdfast.callbacks.EventType;
import io.holdfast.callbacks.Target;
import io.holdfast.callbacks.TryGuard;
import io.holdfast.jobs.ActionOutcome;
import io.holdfast.jobs.Job;
import io.holdfast.jobs.JobQuery;
import io.holdfast.jobs.JobSpec;
import io.holdfast.jobs.OnInterrupt;
import io.holdfast.jobs.SubmitOutcome;
import io.holdfast.platform.Settings;
import io.holdfast.repositories.Registration;
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
 * "-". The directory's name is its node's. Then, line by line on its input:
 *
 * <ul>
 *   <li>{@code submit <first name> <jobs> <step to die at>}, the jobs as a number or as {@link
 *       #wanted} reads them
 *   <li>{@code cancel <name>}
 *   <li>{@code register <repository> <url>}
 * </ul>
 *
 * It answers {@code ready}, then {@code accepted}, {@code cancelled} and {@code registered}.
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
            lane.getFileName().toString(),
            "holdfast.repositories.allow-local",
            "true",
            "holdfast.callbacks.allow-addresses",
            "127.0.0.0/8",
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
                guard(points),
                () -> points.at("after the migration")),
            duration -> Thread.sleep(duration.toMillis()));
    house.recovery().run();
    points.enter("go on", null);
    house.loops().forEach(loop -> new Thread(loop, "loop").start());
    System.out.println("ready");
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = input.readLine()) != null; ) {
      String[] words = line.split(" ", 4);
      switch (words[0]) {
        case "submit" -> {
          points.enter("run", words[3]);
          submit(house, wanted(lane, words[1], words[2]));
          System.out.println("accepted");
        }
        case "cancel" -> {
          cancel(house, words[1]);
          System.out.println("cancelled");
        }
        default -> {
          register(house, words[1], words[2]);
          System.out.println("registered");
        }
      }
    }
    System.exit(0); // nobody is there to kill us
  }

  private static void submit(House house, List<JobSpec> specs) {
    SubmitOutcome outcome = house.jobs().submit(specs, "tester", null);
    if (!(outcome instanceof SubmitOutcome.Accepted)) {
      throw new IllegalStateException("refused: " + outcome);
    }
  }

  private static void cancel(House house, String name) {
    Job job =
        house.jobs().list(new JobQuery(null, null, "tester", null, 100)).stream()
            .filter(any -> name.equals(any.spec().title()))
            .findFirst()
            .orElseThrow();
    ActionOutcome outcome = house.jobs().cancel(job.id());
    if (!(outcome instanceof ActionOutcome.Done)) {
      throw new IllegalStateException("not cancelled: " + outcome);
    }
  }

  private static void register(House house, String name, String url) {
    Registration outcome = house.repositories().register(name, url, null, "tester");
    if (!(outcome instanceof Registration.Registered)) {
      throw new IllegalStateException("not registered: " + outcome);
    }
  }

  /**
   * So many plain ones, or one for each of {@code plain,shared:alpha,exclusive:alpha+beta}: how it
   * has which repositories; or, for {@code told:<port>}, one that tells this port of all events.
   */
  private static List<JobSpec> wanted(Path lane, String name, String jobs) {
    List<JobSpec> specs = new ArrayList<>();
    if (Character.isDigit(jobs.charAt(0))) {
      int count = Integer.parseInt(jobs);
      for (int i = 1; i <= count; i++) {
        String seconds = count > 3 ? "1." + i % 10 : "0";
        specs.add(spec(lane, name + "." + i, seconds, List.of(), false));
      }
      return specs;
    }
    if (jobs.startsWith("told:")) {
      String url = "http://127.0.0.1:" + jobs.substring(5) + "/hook";
      Target all = new Target(url, EventType.subscribable(), Map.of(), List.of());
      return List.of(spec(lane, name + ".1", "0", List.of(), false, List.of(all)));
    }
    for (String job : jobs.split(",", -1)) {
      String[] parts = job.split(":", 2);
      specs.add(
          spec(
              lane,
              name + "." + (specs.size() + 1),
              "0",
              parts.length == 1 ? List.of() : List.of(parts[1].split("\\+", -1)),
              parts[0].equals("exclusive")));
    }
    return specs;
  }

  private static JobSpec spec(
      Path lane, String name, String seconds, List<String> repositories, boolean exclusive) {
    return spec(lane, name, seconds, repositories, exclusive, List.of());
  }

  private static JobSpec spec(
      Path lane,
      String name,
      String seconds,
      List<String> repositories,
      boolean exclusive,
      List<Target> callbacks) {
    return new JobSpec(
        name,
        "shell",
        List.of("sh", "-c", COMMAND, name, lane.toString(), seconds),
        null,
        Map.of(),
        repositories,
        null,
        exclusive,
        true,
        Duration.ofMinutes(5),
        OnInterrupt.FAIL,
        callbacks);
  }

  /** A try begins with the look-up of the host, and ends when the answer was read. */
  private static TryGuard guard(CrashPoints points) {
    return one -> {
      points.at("before a callback is sent");
      Answer answer = one.send();
      points.at("after the answer to a callback");
      return answer;
    };
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
