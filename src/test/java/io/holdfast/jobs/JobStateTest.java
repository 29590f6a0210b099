package io.holdfast.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobStateTest {

  /** All pairs that the enum allows, as {@code CREATED>QUEUED}. */
  static Set<String> allowed() {
    Set<String> pairs = new TreeSet<>();
    for (JobState from : JobState.values()) {
      for (JobState to : JobState.values()) {
        if (from.canBecome(to)) {
          pairs.add(from + ">" + to);
        }
      }
    }
    return pairs;
  }

  @Test
  void fiveStatesAreEnds() {
    assertThat(Arrays.stream(JobState.values()).filter(JobState::isTerminal))
        .containsExactly(
            JobState.COMPLETED,
            JobState.FAILED,
            JobState.TIMED_OUT,
            JobState.CANCELLED,
            JobState.LOST);
  }

  @ParameterizedTest
  @EnumSource
  void noStateBecomesItself(JobState state) {
    assertThat(state.canBecome(state)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void nothingBecomesCreated(JobState state) {
    assertThat(state.canBecome(JobState.CREATED)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void anEndIsLeftForTheQueueOnlyAndOnlyByWhatFailedOrWasLost(JobState state) {
    if (state.isTerminal()) {
      Set<JobState> next =
          Arrays.stream(JobState.values()).filter(state::canBecome).collect(Collectors.toSet());
      assertThat(next)
          .isEqualTo(
              EnumSet.of(JobState.FAILED, JobState.LOST).contains(state)
                  ? Set.of(JobState.QUEUED)
                  : Set.of());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatHasNotEndedCanBeCancelled(JobState state) {
    assertThat(state.canBecome(JobState.CANCELLED)).isEqualTo(!state.isTerminal());
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotLaunchedIsNeverLost(JobState state) {
    assertThat(state.canBecome(JobState.LOST))
        .isEqualTo(state == JobState.LAUNCHING || state == JobState.RUNNING);
  }

  @Test
  void theDiagramInArchitectureShowsExactlyTheseTransitions() throws IOException {
    String document = Files.readString(Path.of("ARCHITECTURE.md"));
    Matcher block =
        Pattern.compile("```mermaid\\s+stateDiagram-v2(.*?)```", Pattern.DOTALL).matcher(document);
    assertThat(block.find()).as("a state diagram in ARCHITECTURE.md").isTrue();

    Set<String> drawn = new TreeSet<>();
    Matcher arrow = Pattern.compile("([A-Z_]+) --> ([A-Z_]+)").matcher(block.group(1));
    while (arrow.find()) {
      drawn.add(arrow.group(1) + ">" + arrow.group(2));
    }

    assertThat(drawn).isEqualTo(allowed());
  }
}
