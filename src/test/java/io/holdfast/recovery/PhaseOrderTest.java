package io.holdfast.recovery;

import static io.holdfast.recovery.PhaseDouble.critical;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhaseOrderTest {

  private static List<String> sorted(RecoveryPhase... phases) {
    return PhaseOrder.sort(Arrays.asList(phases)).stream().map(RecoveryPhase::component).toList();
  }

  @Test
  void everyPhaseComesAfterThoseItDependsOn() {
    assertThat(
            sorted(
                critical("jobs", "queue", "inventory"),
                critical("orphans", "locks", "jobs"),
                critical("locks", "queue"),
                critical("inventory"),
                critical("queue")))
        .containsSubsequence("queue", "locks", "orphans")
        .containsSubsequence("queue", "jobs", "orphans")
        .containsSubsequence("inventory", "jobs")
        .hasSize(5);
  }

  @Test
  void independentPhasesStayInTheOrderGiven() {
    assertThat(sorted(critical("c"), critical("a"), critical("b"))).containsExactly("c", "a", "b");
    assertThat(sorted()).isEmpty();
  }

  @Test
  void aCircleIsRefusedWithTheNamesOfItsPhases() {
    assertThatThrownBy(
            () ->
                sorted(
                    critical("fine"), critical("a", "b"), critical("b", "c"), critical("c", "a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[a, b, c]");
    assertThatThrownBy(() -> sorted(critical("selfish", "selfish")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("selfish");
  }

  @Test
  void anUnknownDependencyIsRefusedWithBothNames() {
    assertThatThrownBy(() -> sorted(critical("jobs", "queueue")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("jobs")
        .hasMessageContaining("queueue");
  }

  @Test
  void whatNoStartWaitsForCannotBeWaitedFor() {
    assertThatThrownBy(() -> sorted(critical("later"), critical("jobs", "later")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("jobs depends on later");
    assertThat(sorted(critical("later", "jobs"), critical("jobs")))
        .containsExactly("jobs", "later");
  }

  @Test
  void twoPhasesOfOneNameAreRefusedWithIt() {
    assertThatThrownBy(() -> sorted(critical("jobs"), critical("jobs")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("jobs");
  }
}
