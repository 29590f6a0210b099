package io.holdfast.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repositories.Release;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every possible change of a job's state means for its repositories, as one table. */
class UsesTest {

  private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

  private static final String RELEASES =
      """
      TO_PREPARE PREPARING LAUNCHING DONE
      TO_PREPARE PREPARING QUEUED PAUSED
      TO_PREPARE LAUNCHING QUEUED PAUSED
      TO_THE_END PREPARING QUEUED PAUSED
      TO_THE_END LAUNCHING QUEUED PAUSED
      """;

  @Test
  void onlyTheseChangesAndEveryEndRelease() {
    List<String> released = new ArrayList<>();
    for (Uses uses : Uses.values()) {
      for (JobState from : JobState.values()) {
        for (JobState to : JobState.values()) {
          if (from.canBecome(to)) {
            Optional<Release> release = uses.releasedBy(change(from, to));
            if (to.isTerminal() && uses != Uses.NONE) {
              assertThat(release).as("%s %s %s", uses, from, to).contains(Release.DONE);
            } else {
              release.ifPresent(how -> released.add(uses + " " + from + " " + to + " " + how));
            }
          }
        }
      }
    }
    assertThat(released).containsExactlyInAnyOrderElementsOf(RELEASES.lines().toList());
  }

  @Test
  void aJobUsesWhatItNamesForAsLongAsItAsksFor() {
    assertThat(Uses.of(false, false)).isEqualTo(Uses.NONE);
    assertThat(Uses.of(false, true)).isEqualTo(Uses.NONE);
    assertThat(Uses.of(true, false)).isEqualTo(Uses.TO_PREPARE);
    assertThat(Uses.of(true, true)).isEqualTo(Uses.TO_THE_END);
    assertThat(Uses.of(JobsHouse.spec())).isEqualTo(Uses.NONE);
    assertThat(Uses.of(JobsHouse.spec(OnInterrupt.FAIL, true, List.of("alpha"))))
        .isEqualTo(Uses.TO_PREPARE);
  }

  private static Transition change(JobState from, JobState to) {
    JobRef job = new JobRef(UUID.randomUUID(), from, 1, 1);
    return to.isTerminal()
        ? Transition.endedUnrun(job, to, NOW, "over", NOW.minus(Duration.ofSeconds(1)))
        : new Transition(job, to, NOW, null, true, null, null, null);
  }
}
