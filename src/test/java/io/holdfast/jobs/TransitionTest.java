package io.holdfast.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.statistics.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TransitionTest {

  private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");
  private static final UUID ID = UUID.fromString("00000000-0000-0000-0000-000000000001");
  private static final Transition.End END =
      new Transition.End(0, NOW, 10, new Sample(1.0, 2L, Duration.ZERO, Duration.ZERO, 1));

  private static JobRef job(JobState state) {
    return new JobRef(ID, state, 1, 5);
  }

  private static Transition change(JobState from, JobState to, Transition.@Nullable End end) {
    return new Transition(job(from), to, NOW, null, false, null, null, end);
  }

  static List<Arguments> pairs() {
    List<Arguments> pairs = new ArrayList<>();
    for (JobState from : JobState.values()) {
      for (JobState to : JobState.values()) {
        pairs.add(Arguments.of(from, to));
      }
    }
    return pairs;
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void refusesWhatTheStatesRefuse(JobState from, JobState to) {
    Transition.End end = to.isTerminal() ? END : null;
    if (from.canBecome(to)) {
      assertThatCode(() -> change(from, to, end)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> change(from, to, end))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(ID.toString())
          .hasMessageContaining(from + " cannot become " + to);
    }
  }

  @Test
  void anEndHasAnEndRecordAndNothingElseHas() {
    assertThatThrownBy(() -> change(JobState.RUNNING, JobState.COMPLETED, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> change(JobState.LAUNCHING, JobState.RUNNING, END))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onlyARequeuedJobKeepsItsPlace() {
    Function<Transition, Boolean> keeps = Transition::keepsPlace;
    assertThat(keeps.apply(Transition.requeued(job(JobState.LOST), NOW, "lost"))).isTrue();
    assertThat(keeps.apply(Transition.queued(job(JobState.LOST), NOW, "resumed"))).isFalse();
  }

  @Test
  void whatEndedUnrunWaitedUntilThen() {
    assertThat(unrun(NOW.minusSeconds(5))).isEqualTo(Duration.ofSeconds(5));
    assertThat(unrun(null)).isZero();
    assertThat(unrun(NOW.plusSeconds(5))).as("a clock that was set back").isZero();
  }

  private static Duration unrun(@Nullable Instant queuedAt) {
    Transition ended =
        Transition.endedUnrun(job(JobState.QUEUED), JobState.CANCELLED, NOW, "why", queuedAt);
    Transition.End end = Objects.requireNonNull(ended.end());
    assertThat(end.exitCode()).isNull();
    assertThat(end.sample().duration()).isNull();
    assertThat(end.sample().concurrency()).isZero();
    return end.sample().queueTime();
  }
}
