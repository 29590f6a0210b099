package io.holdfast.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.execution.AttemptKey;
import io.holdfast.execution.Evidence;
import io.holdfast.execution.Handle;
import io.holdfast.execution.HeartbeatAge;
import io.holdfast.execution.Observation;
import io.holdfast.execution.Observation.Exited;
import io.holdfast.execution.Observation.Lost;
import io.holdfast.execution.Observation.NeverStarted;
import io.holdfast.execution.Observation.Pending;
import io.holdfast.execution.Observation.Running;
import io.holdfast.execution.Observation.Unknown;
import io.holdfast.statistics.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * How a held job goes on, as one table. The first line that fits a situation says what follows; the
 * test goes through every combination of every column, and every line must be needed.
 */
class ProgressTest {

  private static final String TABLE =
      """
      # state    | seen          | ending       | deadline | output | on_interrupt   | attempts | what follows
      LAUNCHING  | PENDING       | -            | passed   | *      | *              | *        | end by DEADLINE
      LAUNCHING  | OVERDUE       | -            | passed   | *      | *              | *        | end by DEADLINE
      LAUNCHING  | PENDING       | -            | *        | *      | *              | *        | nothing
      LAUNCHING  | PENDING       | *            | *        | *      | *              | *        | revoke
      LAUNCHING  | OVERDUE       | *            | *        | *      | *              | *        | revoke
      LAUNCHING  | UNKNOWN       | *            | *        | *      | *              | *        | nothing
      LAUNCHING  | RUNNING       | *            | *        | *      | *              | *        | RUNNING
      LAUNCHING  | EXITED_0      | -            | *        | *      | *              | *        | RUNNING COMPLETED
      LAUNCHING  | EXITED_3      | -            | *        | *      | *              | *        | RUNNING FAILED
      LAUNCHING  | EXITED_*      | CANCEL       | *        | *      | *              | *        | finish RUNNING CANCELLED
      LAUNCHING  | EXITED_*      | DEADLINE     | *        | *      | *              | *        | finish RUNNING TIMED_OUT
      LAUNCHING  | EXITED_*      | OUTPUT_LIMIT | *        | *      | *              | *        | finish RUNNING FAILED
      LAUNCHING  | NEVER_STARTED | -            | *        | *      | *              | left     | QUEUED
      LAUNCHING  | NEVER_STARTED | -            | *        | *      | *              | none     | FAILED
      LAUNCHING  | NEVER_STARTED | CANCEL       | *        | *      | *              | *        | CANCELLED
      LAUNCHING  | NEVER_STARTED | *            | *        | *      | *              | *        | FAILED
      LAUNCHING  | LOST          | CANCEL       | *        | *      | *              | *        | CANCELLED
      LAUNCHING  | LOST          | -            | *        | *      | FAIL           | *        | LOST
      LAUNCHING  | LOST          | -            | *        | *      | *              | left     | LOST QUEUED
      LAUNCHING  | LOST          | *            | *        | *      | *              | *        | LOST

      RUNNING    | PENDING       | *            | *        | *      | *              | *        | nothing
      RUNNING    | OVERDUE       | *            | *        | *      | *              | *        | nothing
      RUNNING    | UNKNOWN       | *            | *        | *      | *              | *        | nothing
      RUNNING    | RUNNING       | -            | passed   | *      | *              | *        | end by DEADLINE
      RUNNING    | RUNNING       | -            | *        | over   | *              | *        | end by OUTPUT_LIMIT
      RUNNING    | RUNNING       | -            | *        | *      | *              | *        | nothing
      RUNNING    | RUNNING       | *            | *        | *      | *              | *        | cancel
      RUNNING    | EXITED_0      | -            | *        | *      | *              | *        | COMPLETED
      RUNNING    | EXITED_3      | -            | *        | *      | *              | *        | FAILED
      RUNNING    | EXITED_*      | CANCEL       | *        | *      | *              | *        | finish CANCELLED
      RUNNING    | EXITED_*      | DEADLINE     | *        | *      | *              | *        | finish TIMED_OUT
      RUNNING    | EXITED_*      | OUTPUT_LIMIT | *        | *      | *              | *        | finish FAILED
      RUNNING    | *             | -            | *        | *      | FAIL           | *        | LOST
      RUNNING    | *             | -            | *        | *      | *              | left     | LOST QUEUED
      RUNNING    | *             | -            | *        | *      | *              | none     | LOST
      RUNNING    | *             | CANCEL       | *        | *      | *              | *        | CANCELLED
      RUNNING    | *             | DEADLINE     | *        | *      | *              | *        | TIMED_OUT
      RUNNING    | *             | OUTPUT_LIMIT | *        | *      | *              | *        | FAILED

      *          | *             | *            | *        | *      | *              | *        | nothing
      """;

  private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long MAX_OUTPUT = 1000;
  private static final int MAX_ATTEMPTS = 3;
  private static final Limits LIMITS =
      new Limits(MAX_OUTPUT, Duration.ofSeconds(10), PATIENCE, MAX_ATTEMPTS);
  private static final UUID ID = UUID.fromString("00000000-0000-0000-0000-000000000001");

  private final Progress progress = new Progress(LIMITS);

  private record Line(List<String> when, String then) {
    boolean fits(List<String> situation) {
      for (int i = 0; i < when.size(); i++) {
        String pattern = when.get(i);
        String value = situation.get(i);
        boolean fits =
            pattern.endsWith("*")
                ? value.startsWith(pattern.substring(0, pattern.length() - 1))
                : value.equals(pattern);
        if (!fits) {
          return false;
        }
      }
      return true;
    }
  }

  private static List<Line> lines() {
    return TABLE
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
        .map(cells -> new Line(cells.subList(0, 7), cells.get(7)))
        .toList();
  }

  @Test
  void everySituationHasTheStepOfTheTable() {
    List<Line> lines = lines();
    Set<Line> used = new LinkedHashSet<>();
    for (List<String> situation : situations()) {
      Line line = lines.stream().filter(one -> one.fits(situation)).findFirst().orElseThrow();
      used.add(line);
      assertThat(shown(decide(situation))).as("%s", situation).isEqualTo(line.then());
    }
    assertThat(used).as("every line of the table is needed").hasSameSizeAs(lines);
  }

  private static List<List<String>> situations() {
    List<List<String>> columns =
        List.of(
            Arrays.stream(JobState.values()).map(JobState::name).toList(),
            List.of(
                "PENDING",
                "OVERDUE",
                "UNKNOWN",
                "RUNNING",
                "EXITED_0",
                "EXITED_3",
                "NEVER_STARTED",
                "LOST"),
            List.of("-", "CANCEL", "DEADLINE", "OUTPUT_LIMIT"),
            List.of("none", "ahead", "passed"),
            List.of("within", "over"),
            List.of("FAIL", "REQUEUE", "RESUME"),
            List.of("left", "none"));
    List<List<String>> situations = List.of(List.of());
    for (List<String> column : columns) {
      situations =
          situations.stream()
              .flatMap(
                  begun ->
                      column.stream()
                          .map(value -> Stream.concat(begun.stream(), Stream.of(value)).toList()))
              .toList();
    }
    return situations;
  }

  private Step decide(List<String> situation) {
    String seen = situation.get(1);
    HeldJob job =
        new HeldJob(
            new JobRef(
                ID,
                JobState.valueOf(situation.get(0)),
                situation.get(6).equals("left") ? MAX_ATTEMPTS - 1 : MAX_ATTEMPTS,
                7),
            new Handle(new AttemptKey(ID, 1), ID, ID, "boot"),
            OnInterrupt.valueOf(situation.get(5)),
            NOW.minusSeconds(100),
            seen.equals("OVERDUE") ? NOW.minus(PATIENCE) : NOW.minus(PATIENCE).plusMillis(1),
            NOW.minusSeconds(80),
            switch (situation.get(3)) {
              case "passed" -> NOW;
              case "ahead" -> NOW.plusMillis(1);
              default -> null;
            },
            situation.get(2).equals("-") ? null : Ending.valueOf(situation.get(2)),
            situation.get(2).equals("-") ? null : NOW.minusSeconds(3),
            1,
            Uses.NONE);
    long output = situation.get(4).equals("over") ? MAX_OUTPUT + 1 : MAX_OUTPUT;
    return progress.decide(job, observation(seen), new Usage(output, 0), NOW);
  }

  private static Observation observation(String seen) {
    return switch (seen) {
      case "PENDING", "OVERDUE" -> new Pending(evidence("no claim"));
      case "UNKNOWN" -> new Unknown(evidence("unreadable"));
      case "RUNNING" -> new Running(evidence("alive"), NOW.minusSeconds(80), true, 0);
      case "EXITED_0" -> exited(0);
      case "EXITED_3" -> exited(3);
      case "NEVER_STARTED" -> new NeverStarted(evidence("revoked"));
      default -> new Lost(evidence("gone without an exit record"));
    };
  }

  private static Exited exited(int code) {
    return new Exited(
        evidence("exit record"),
        code,
        NOW.minusSeconds(80),
        NOW.minusSeconds(20),
        OptionalDouble.of(2.5));
  }

  private static Evidence evidence(String fact) {
    return new Evidence(List.of(fact, "second fact"), HeartbeatAge.FRESH, List.of());
  }

  private static String shown(Step step) {
    if (step instanceof Step.Apply apply) {
      return states(apply.transitions());
    }
    if (step instanceof Step.Finish finish) {
      return "finish " + states(finish.transitions());
    }
    if (step instanceof Step.RequestEnding request) {
      return "end by " + request.why();
    }
    return step.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static String states(List<Transition> transitions) {
    return transitions.stream().map(change -> change.to().name()).collect(Collectors.joining(" "));
  }

  // What the steps carry.

  private static HeldJob running(OnInterrupt policy, @Nullable Ending ending) {
    return new HeldJob(
        new JobRef(ID, JobState.RUNNING, 1, 7),
        new Handle(new AttemptKey(ID, 1), ID, ID, "boot"),
        policy,
        NOW.minusSeconds(100),
        NOW.minusSeconds(90),
        NOW.minusSeconds(80),
        null,
        ending,
        ending == null ? null : NOW.minusSeconds(3),
        4,
        Uses.NONE);
  }

  private static HeldJob launching() {
    HeldJob job = running(OnInterrupt.FAIL, null);
    return new HeldJob(
        new JobRef(ID, JobState.LAUNCHING, 1, 7),
        job.handle(),
        job.onInterrupt(),
        job.queuedAt(),
        job.launchedAt(),
        null,
        null,
        null,
        null,
        4,
        Uses.NONE);
  }

  private List<Transition> applied(HeldJob job, Observation seen, Usage usage) {
    Step step = progress.decide(job, seen, usage, NOW);
    if (step instanceof Step.Finish finish) {
      assertThat(finish.since()).isEqualTo(Duration.ofSeconds(3));
      return finish.transitions();
    }
    return ((Step.Apply) step).transitions();
  }

  private Transition only(HeldJob job, Observation seen) {
    List<Transition> transitions = applied(job, seen, new Usage(10, 2048));
    assertThat(transitions).hasSize(1);
    return transitions.get(0);
  }

  private static Transition.End end(Transition transition) {
    return Objects.requireNonNull(transition.end());
  }

  @Test
  void anExitIsStoredWithItsCodeItsTimeAndWhatItUsed() {
    Transition ended = only(running(OnInterrupt.FAIL, null), exited(0));

    assertThat(end(ended))
        .isEqualTo(
            new Transition.End(
                0,
                NOW.minusSeconds(20),
                10,
                new Sample(2.5, 2048L, Duration.ofSeconds(60), Duration.ofSeconds(10), 4)));
    assertThat(ended.detail()).as("nothing to explain").isNull();
  }

  @Test
  void aFailureSaysItsCode() {
    assertThat(only(running(OnInterrupt.FAIL, null), exited(3)).detail()).isEqualTo("exit code 3");
    assertThat(only(running(OnInterrupt.FAIL, null), exited(128)).detail())
        .isEqualTo("exit code 128");
    assertThat(only(running(OnInterrupt.FAIL, null), exited(137)).detail())
        .isEqualTo("exit code 137 (signal 9)");
    assertThat(only(running(OnInterrupt.FAIL, null), exited(192)).detail())
        .isEqualTo("exit code 192 (signal 64)");
    assertThat(only(running(OnInterrupt.FAIL, null), exited(193)).detail())
        .isEqualTo("exit code 193");
    assertThat(only(running(OnInterrupt.FAIL, null), exited(255)).detail())
        .isEqualTo("exit code 255");
  }

  @Test
  void aForcedEndSaysWhy() {
    assertThat(only(running(OnInterrupt.FAIL, Ending.CANCEL), exited(143)).detail())
        .isEqualTo("cancelled");
    assertThat(only(running(OnInterrupt.FAIL, Ending.DEADLINE), exited(143)).detail())
        .isEqualTo("the deadline passed");
    assertThat(only(running(OnInterrupt.FAIL, Ending.OUTPUT_LIMIT), exited(143)).detail())
        .contains("1000 bytes", "holdfast.execution.max-output");
  }

  @Test
  void aLostAttemptKeepsTheEvidence() {
    Transition lost = only(running(OnInterrupt.FAIL, null), observation("LOST"));

    assertThat(lost.detail()).isEqualTo("gone without an exit record; second fact");
    assertThat(end(lost).exitCode()).isNull();
    assertThat(end(lost).sample().cpuSeconds()).isNull();
  }

  @Test
  void whatIsStoredAsRunningButNeverStartedIsLostAndSaysSo() {
    assertThat(only(running(OnInterrupt.FAIL, null), observation("NEVER_STARTED")).detail())
        .startsWith("stored as running, but: revoked");
  }

  @Test
  void aLostJobGoesBackToItsPlaceUnderItsPolicysName() {
    List<Transition> transitions =
        applied(running(OnInterrupt.RESUME, null), observation("LOST"), new Usage(0, 0));

    Transition again = transitions.get(1);
    assertThat(again.from()).isEqualTo(new JobRef(ID, JobState.LOST, 1, 8));
    assertThat(again.keepsPlace()).isTrue();
    assertThat(again.detail()).isEqualTo("on_interrupt: resume");
  }

  @Test
  void aJobThatEndedBeforeItWasSeenRunningStartsAndEndsAtOnce() {
    List<Transition> transitions = applied(launching(), exited(0), new Usage(10, 0));

    assertThat(transitions.get(0).startedAt()).isEqualTo(NOW.minusSeconds(80));
    assertThat(transitions.get(1).from()).isEqualTo(new JobRef(ID, JobState.RUNNING, 1, 8));
    assertThat(end(transitions.get(1)).sample().peakMemoryBytes()).as("never seen").isNull();
    assertThat(end(transitions.get(1)).sample().concurrency()).as("itself included").isEqualTo(5);
  }

  @Test
  void clocksThatWereSetBackMakeNoNegativeTimes() {
    Exited before =
        new Exited(evidence("exit record"), 0, NOW, NOW.minusSeconds(5), OptionalDouble.empty());

    Sample sample = end(only(running(OnInterrupt.FAIL, null), before)).sample();

    assertThat(sample.duration()).isZero();
    assertThat(sample.cpuSeconds()).isNull();
  }

  @Test
  void aSignalSaysHowLongAgoTheEndWasAskedFor() {
    assertThat(
            progress.decide(
                running(OnInterrupt.FAIL, Ending.CANCEL),
                observation("RUNNING"),
                new Usage(0, 0),
                NOW))
        .isEqualTo(new Step.Cancel(Duration.ofSeconds(3)));
  }

  @Test
  void aJobThatCouldNeverBeStartedSaysHowOftenItWasTried() {
    HeldJob job = launching();
    HeldJob last =
        new HeldJob(
            new JobRef(ID, JobState.LAUNCHING, MAX_ATTEMPTS, 7),
            job.handle(),
            job.onInterrupt(),
            job.queuedAt(),
            job.launchedAt(),
            null,
            null,
            null,
            null,
            1,
            Uses.NONE);

    assertThat(only(last, observation("NEVER_STARTED")).detail())
        .isEqualTo("could not be started in 3 attempts: revoked; second fact");
  }
}
