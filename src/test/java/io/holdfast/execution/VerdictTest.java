package io.holdfast.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every external situation x every own state. */
class VerdictTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Instant STARTED = NOW.minusSeconds(60);
  private static final UUID TOKEN = UUID.randomUUID();
  private static final String BOOT = "boot-a";
  private static final Handle HANDLE =
      new Handle(new AttemptKey(UUID.randomUUID(), 1), UUID.randomUUID(), TOKEN, BOOT);
  private static final KernelProcess RUNNER = new KernelProcess(10, 'S', 10, 10, 100, 0);
  private static final KernelProcess MEMBER = new KernelProcess(11, 'S', 11, 11, 101, 0);
  private static final Claim BY = new Claim.By(new ProcessIdentity(10, 100, BOOT), TOKEN);
  private static final Claim UNREADABLE = new Claim.Unreadable("empty");
  private static final Claim NONE = new Claim.None();
  private static final Claim REVOKED = new Claim.Revoked();

  private enum Situation {
    RUNNER_ALIVE,
    LOCK_HELD,
    LOCK_FREE,
    LOCK_FREE_MEMBERS_ALIVE,
    LOCK_UNKNOWN,
    LOCK_UNKNOWN_MEMBERS_ALIVE,
    REBOOTED
  }

  static Stream<Arguments> matrix() {
    Class<?> pending = Observation.Pending.class;
    Class<?> running = Observation.Running.class;
    Class<?> never = Observation.NeverStarted.class;
    Class<?> lost = Observation.Lost.class;
    Class<?> unknown = Observation.Unknown.class;
    List<Arguments> rows = new ArrayList<>();
    for (boolean started : new boolean[] {false, true}) {
      for (Claim claim : List.of(BY, UNREADABLE)) {
        rows.add(Arguments.of(Situation.RUNNER_ALIVE, claim, started, started ? running : pending));
        rows.add(Arguments.of(Situation.LOCK_HELD, claim, started, started ? running : pending));
        rows.add(Arguments.of(Situation.LOCK_FREE, claim, started, started ? lost : never));
        rows.add(
            Arguments.of(
                Situation.LOCK_FREE_MEMBERS_ALIVE, claim, started, started ? running : pending));
        rows.add(Arguments.of(Situation.LOCK_UNKNOWN, claim, started, unknown));
        rows.add(
            Arguments.of(
                Situation.LOCK_UNKNOWN_MEMBERS_ALIVE, claim, started, started ? running : pending));
        rows.add(Arguments.of(Situation.REBOOTED, claim, started, started ? lost : never));
      }
      for (Situation situation : Situation.values()) {
        rows.add(Arguments.of(situation, REVOKED, started, never));
        rows.add(
            Arguments.of(
                situation, NONE, started, situation == Situation.REBOOTED ? never : pending));
      }
    }
    return rows.stream();
  }

  @ParameterizedTest(name = "{0}, {1}, started: {2} -> {3}")
  @MethodSource("matrix")
  void withoutAnExitRecordTheKernelDecides(
      Situation situation, Claim claim, boolean started, Class<?> expected) {
    Observation verdict = decide(situation, claim, started, null, List.of());

    assertThat(verdict).isInstanceOf(expected);
    assertThat(verdict.evidence().summary()).isNotEmpty();
  }

  @ParameterizedTest(name = "{0}, {1}, started: {2}")
  @MethodSource("matrix")
  void anExitRecordDecidesWhateverElseIsSeen(
      Situation situation, Claim claim, boolean started, Class<?> unused) {
    ExitRecord exit = new ExitRecord(TOKEN, 3, OptionalDouble.of(1.5), NOW);

    assertThat(decide(situation, claim, started, exit, List.of()))
        .isInstanceOfSatisfying(
            Observation.Exited.class,
            exited -> {
              assertThat(exited.exitCode()).isEqualTo(3);
              assertThat(exited.cpuSeconds()).hasValue(1.5);
              assertThat(exited.startedAt()).isEqualTo(started ? STARTED : NOW);
              assertThat(exited.endedAt()).isEqualTo(NOW);
            });
  }

  @Test
  void theExitCodeWillBeKnownAsLongAsTheRunnerLives() {
    assertThat(running(Situation.RUNNER_ALIVE).exitCodeWillBeKnown()).isTrue();
    assertThat(running(Situation.LOCK_HELD).exitCodeWillBeKnown()).isTrue();
    assertThat(running(Situation.LOCK_FREE_MEMBERS_ALIVE).exitCodeWillBeKnown()).isFalse();
  }

  @Test
  void aRunningAttemptHasItsStartAndItsMemory() {
    assertThat(running(Situation.RUNNER_ALIVE).startedAt()).isEqualTo(STARTED);
    assertThat(running(Situation.LOCK_FREE_MEMBERS_ALIVE).peakMemoryBytes()).isEqualTo(4096);
  }

  @Test
  void theAgeOfAHeartbeatIsShownAndDecidesNothing() {
    for (long age : new long[] {-3600, 0, 120, 600, 864000}) {
      Observation verdict =
          Verdict.decide(
              facts(Situation.RUNNER_ALIVE, BY, true, null, NOW.minusSeconds(age), List.of()), NOW);

      assertThat(verdict).isInstanceOf(Observation.Running.class);
      assertThat(verdict.evidence().heartbeat())
          .isEqualTo(HeartbeatAge.of(NOW.minusSeconds(age), NOW));
      assertThat(verdict.evidence().summary()).contains("heartbeat");
    }
  }

  @Test
  void whatIsCorruptIsReportedBesideTheVerdict() {
    assertThat(decide(Situation.LOCK_HELD, BY, true, null, List.of("x")).evidence().corrupt())
        .containsExactly("x");
  }

  @Test
  void aClaimOfAnotherLaunchIsSaidAndStillCounts() {
    Claim foreign = new Claim.By(new ProcessIdentity(10, 100, BOOT), UUID.randomUUID());

    Observation verdict = decide(Situation.LOCK_FREE, foreign, true, null, List.of());

    assertThat(verdict).isInstanceOf(Observation.Lost.class);
    assertThat(verdict.evidence().summary()).contains("another launch");
  }

  static Stream<Arguments> evidence() {
    String gone = "runner 10 (start ticks 100) is gone";
    String alive = "runner 10 (start ticks 100) is alive";
    String none = "none of its processes is left, and there is no exit record";
    String unstarted = "its command had not been started";
    String booted = "launched in boot boot-a, now boot-b";
    return Stream.of(
        Arguments.of(Situation.RUNNER_ALIVE, BY, true, alive),
        Arguments.of(Situation.RUNNER_ALIVE, BY, false, alive + "; not started yet"),
        Arguments.of(Situation.LOCK_HELD, BY, true, gone + "; the runner's lock is held"),
        Arguments.of(Situation.LOCK_FREE, BY, true, gone + "; the runner's lock is free; " + none),
        Arguments.of(
            Situation.LOCK_FREE, BY, false, gone + "; the runner's lock is free; " + unstarted),
        Arguments.of(Situation.LOCK_FREE_MEMBERS_ALIVE, BY, true, gone + "; its processes run: 11"),
        Arguments.of(
            Situation.LOCK_UNKNOWN, BY, true, gone + "; the runner's lock could not be asked"),
        Arguments.of(
            Situation.LOCK_HELD,
            UNREADABLE,
            true,
            "the claim is unreadable: empty; the runner's lock is held"),
        Arguments.of(Situation.REBOOTED, BY, true, booted + "; " + none),
        Arguments.of(Situation.REBOOTED, NONE, false, booted + "; no runner has claimed it"),
        Arguments.of(Situation.LOCK_FREE, NONE, false, "no runner has claimed it"),
        Arguments.of(Situation.LOCK_FREE, REVOKED, false, "the right to start was revoked"));
  }

  @ParameterizedTest(name = "{0}, {1}, started: {2}")
  @MethodSource("evidence")
  void theEvidenceSaysWhatWasSeen(
      Situation situation, Claim claim, boolean started, String expected) {
    assertThat(decide(situation, claim, started, null, List.of()).evidence().summary())
        .isEqualTo(expected);
  }

  @Test
  void anExitRecordAndAHeartbeatFromTheFutureAreSaid() {
    ExitRecord exit = new ExitRecord(TOKEN, 3, OptionalDouble.empty(), NOW);
    Instant later = NOW.plusSeconds(3600);

    assertThat(
            Verdict.decide(facts(Situation.LOCK_FREE, BY, true, exit, later, List.of()), NOW)
                .evidence()
                .summary())
        .isEqualTo("exit record says 3; its heartbeat lies in the future: " + later);
  }

  private static Observation.Running running(Situation situation) {
    return (Observation.Running) decide(situation, BY, true, null, List.of());
  }

  private static Observation decide(
      Situation situation,
      Claim claim,
      boolean started,
      @Nullable ExitRecord exit,
      List<String> corrupt) {
    return Verdict.decide(facts(situation, claim, started, exit, null, corrupt), NOW);
  }

  private static AttemptFacts facts(
      Situation situation,
      Claim claim,
      boolean started,
      @Nullable ExitRecord exit,
      @Nullable Instant heartbeat,
      List<String> corrupt) {
    LockState lock =
        switch (situation) {
          case RUNNER_ALIVE, REBOOTED -> LockState.NOT_ASKED;
          case LOCK_HELD -> LockState.HELD;
          case LOCK_FREE, LOCK_FREE_MEMBERS_ALIVE -> LockState.FREE;
          case LOCK_UNKNOWN, LOCK_UNKNOWN_MEMBERS_ALIVE -> LockState.UNKNOWN;
        };
    boolean members =
        situation == Situation.LOCK_FREE_MEMBERS_ALIVE
            || situation == Situation.LOCK_UNKNOWN_MEMBERS_ALIVE;
    return new AttemptFacts(
        HANDLE,
        situation == Situation.REBOOTED ? "boot-b" : BOOT,
        exit,
        claim,
        situation == Situation.RUNNER_ALIVE ? RUNNER : null,
        lock,
        started ? STARTED : null,
        members ? List.of(MEMBER) : List.of(),
        members ? 4096 : 0,
        heartbeat,
        corrupt);
  }
}
