package io.holdfast.recovery;

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

  private volatile Status status = new Recovering("starting");

  public Status status() {
    return status;
  }

  public boolean isReady() {
    return status instanceof Ready;
  }

  void set(Status now) {
    status = now;
  }
}
