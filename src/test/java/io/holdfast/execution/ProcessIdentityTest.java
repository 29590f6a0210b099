package io.holdfast.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessIdentityTest {
  private static final ProcessIdentity OURS = new ProcessIdentity(4711, 993, "boot-a");

  @Test
  void aProcessIsTheSameOnlyWithItsPidItsStartAndItsBoot() {
    assertThat(OURS.matches(seen(4711, 993), "boot-a")).isTrue();
    assertThat(OURS.matches(seen(4712, 993), "boot-a")).isFalse();
    assertThat(OURS.matches(seen(4711, 994), "boot-a")).as("a reused pid").isFalse();
    assertThat(OURS.matches(seen(4711, 993), "boot-b")).as("after a reboot").isFalse();
  }

  @Test
  void aNameWithBlanksAndParenthesesDoesNotShiftTheFields() {
    String stat =
        "4711 (a) Z (b c) S 1 4700 4699 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 1 0 993 2584 1 0";

    assertThat(KernelProcess.parse(stat, 1000))
        .contains(new KernelProcess(4711, 'S', 4700, 4699, 993, 1000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "4711",
        "4711 (sh",
        ") 4711 (sh",
        "4711 (sh) S 1 2",
        "x (sh) S 1 4700 4699 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 1 0 993 2584",
        "4711 (sh) SS 1 4700 4699 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 1 0 993 2584"
      })
  void aLineThatIsNotWholeNamesNoProcess(String stat) {
    assertThat(KernelProcess.parse(stat, 0)).isEmpty();
  }

  @Test
  void aZombieDoesNotRun() {
    assertThat(new KernelProcess(1, 'Z', 1, 1, 1, 0).runs()).isFalse();
    assertThat(new KernelProcess(1, 'X', 1, 1, 1, 0).runs()).isFalse();
    assertThat(new KernelProcess(1, 'T', 1, 1, 1, 0).runs()).as("a stopped one lives").isTrue();
  }

  private static KernelProcess seen(long pid, long startTicks) {
    return new KernelProcess(pid, 'S', pid, pid, startTicks, 0);
  }
}
