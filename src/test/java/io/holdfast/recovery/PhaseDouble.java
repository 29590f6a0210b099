package io.holdfast.recovery;

import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/** A phase that does what the test says; {@code work} gets the number of its run, from 1. */
final class PhaseDouble implements RecoveryPhase {

  private final String component;
  private final boolean critical;
  private final Set<String> dependsOn;
  private final IntFunction<PhaseReport> work;
  private int runs;

  private PhaseDouble(
      String component, boolean critical, Set<String> dependsOn, IntFunction<PhaseReport> work) {
    this.component = component;
    this.critical = critical;
    this.dependsOn = dependsOn;
    this.work = work;
  }

  static PhaseDouble critical(String component, String... dependsOn) {
    return new PhaseDouble(component, true, Set.of(dependsOn), run -> PhaseReport.of(Map.of()));
  }

  static PhaseDouble degrading(String component, String... dependsOn) {
    return new PhaseDouble(component, false, Set.of(dependsOn), run -> PhaseReport.of(Map.of()));
  }

  PhaseDouble doing(IntFunction<PhaseReport> other) {
    return new PhaseDouble(component, critical, dependsOn, other);
  }

  PhaseDouble running(Runnable other) {
    return doing(
        run -> {
          other.run();
          return PhaseReport.of(Map.of());
        });
  }

  PhaseDouble failing(int times) {
    return doing(
        run -> {
          if (run <= times) {
            throw new IllegalStateException(component + " does not work");
          }
          return PhaseReport.of(Map.of());
        });
  }

  PhaseDouble failingForEver() {
    return failing(Integer.MAX_VALUE);
  }

  synchronized int runs() {
    return runs;
  }

  @Override
  public String component() {
    return component;
  }

  @Override
  public String operation() {
    return "do_" + component;
  }

  @Override
  public Set<String> dependsOn() {
    return dependsOn;
  }

  @Override
  public boolean critical() {
    return critical;
  }

  @Override
  public boolean beforeReady() {
    return !component.startsWith("later");
  }

  @Override
  public PhaseReport run() {
    int run;
    synchronized (this) {
      run = ++runs;
    }
    return work.apply(run);
  }
}
