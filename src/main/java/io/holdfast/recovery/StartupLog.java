package io.holdfast.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The startup marker and log, in the database. Every method is its own transaction. */
public interface StartupLog {

  /** A start that was begun: its id and what became of the one before. */
  record Opened(UUID id, Optional<StartupRun.Aborted> abortedPredecessor) {}

  /** Takes a new epoch for this node and writes the marker, in one transaction. */
  Opened open(String host, String bootId, Instant now);

  void phaseStarted(UUID run, String component);

  void phaseEnded(UUID run, Operation operation);

  /** Closes the marker: this start is complete. */
  void close(UUID run, Instant now, Duration total, boolean degraded);

  /** This life of the node goes on. */
  void beat(Instant now);

  /** The latest starts of this node, newest first. */
  List<StartupRun> latest(int count);
}
