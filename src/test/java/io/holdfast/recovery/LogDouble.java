package io.holdfast.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** A startup log in memory that remembers what was written, in order. */
class LogDouble implements StartupLog {

  final List<String> written = new CopyOnWriteArrayList<>();
  final List<Operation> operations = new CopyOnWriteArrayList<>();

  @Override
  public Opened open(String host, String bootId, Instant now) {
    written.add("open");
    return new Opened(UUID.randomUUID(), Optional.empty());
  }

  @Override
  public void phaseStarted(UUID run, String component) {
    written.add("start " + component);
  }

  @Override
  public void phaseEnded(UUID run, Operation operation) {
    operations.add(operation);
    written.add("end " + operation.component() + " " + operation.status());
  }

  @Override
  public void close(UUID run, Instant now, Duration total, boolean degraded) {
    written.add(degraded ? "close degraded" : "close");
  }

  @Override
  public void beat(Instant now) {}

  @Override
  public List<StartupRun> latest(int count) {
    return List.of();
  }

  Operation last(String component) {
    return operations.stream()
        .filter(operation -> operation.component().equals(component))
        .reduce((first, second) -> second)
        .orElseThrow();
  }
}
