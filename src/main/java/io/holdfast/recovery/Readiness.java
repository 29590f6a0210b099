package io.holdfast.recovery;

import java.util.concurrent.atomic.AtomicReference;

/** Whether the server takes work. */
public final class Readiness {

  /** Where the start-up stands. */
  public sealed interface Status {
    String text();
  }

  public record Recovering(String text) implements Status {}

  public record Ready(String text) implements Status {}

  /** A critical phase failed; the recovery is tried again by itself. */
  public record Blocked(String text) implements Status {}

  private final AtomicReference<Status> status = new AtomicReference<>(new Recovering("starting"));

  public Status status() {
    return status.get();
  }

  public boolean isReady() {
    return status.get() instanceof Ready;
  }

  void set(Status now) {
    status.set(now);
  }
}
