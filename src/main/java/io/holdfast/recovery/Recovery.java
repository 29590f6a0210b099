package io.holdfast.recovery;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The start-up recovery (spec, Story 3): marker first, then every phase after those it depends on,
 * independent ones side by side; the log is written after each. It runs on every start, and again
 * every 30 s for as long as a critical phase fails; until then the server takes no work.
 */
public final class Recovery {

  /** A failing phase is tried again after these. */
  static final List<Duration> RETRIES =
      List.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));

  static final Duration RESTART = Duration.ofSeconds(30);

  private static final Logger LOG = System.getLogger(Recovery.class.getName());

  /** Waits; replaced in tests. */
  public interface Pause {
    void sleep(Duration duration) throws InterruptedException;
  }

  /** Who we are, for the marker. */
  public record Identity(String host, String bootId) {}

  private final List<RecoveryPhase> phases;
  private final StartupLog log;
  private final Runnable migrate;
  private final Identity identity;
  private final Readiness readiness;
  private final ExecutorService threads;
  private final InstantSource clock;
  private final Pause pause;

  /**
   * @param migrate brings the database's schema up to date; before everything else
   * @throws IllegalArgumentException if the phases cannot be ordered
   */
  public Recovery(
      List<RecoveryPhase> phases,
      StartupLog log,
      Runnable migrate,
      Identity identity,
      Readiness readiness,
      ExecutorService threads,
      InstantSource clock,
      Pause pause) {
    this.phases = PhaseOrder.sort(phases);
    this.log = log;
    this.migrate = migrate;
    this.identity = identity;
    this.readiness = readiness;
    this.threads = threads;
    this.clock = clock;
    this.pause = pause;
  }

  /** Returns when the server may take work. */
  public void run() throws InterruptedException {
    StartupLog.Opened opened = null;
    Instant begin = clock.instant();
    for (boolean done = false; !done; ) {
      try {
        if (opened == null) {
          readiness.set(new Readiness.Recovering("waiting for the database"));
          opened = open();
        }
        readiness.set(new Readiness.Recovering("recovery running"));
        done = runSequence(opened.id(), begin);
      } catch (RuntimeException e) {
        block("the database does not answer: " + rootMessage(e), e);
      }
      if (!done) {
        pause.sleep(RESTART);
      }
    }
  }

  private StartupLog.Opened open() throws InterruptedException {
    for (int tries = 0; ; tries++) {
      try {
        Instant begin = clock.instant();
        migrate.run();
        Instant migrated = clock.instant();
        StartupLog.Opened opened = log.open(identity.host(), identity.bootId(), begin);
        log.phaseEnded(
            opened.id(), own("DatabaseMigration", "migrate_schema", begin, migrated, Map.of()));
        log.phaseEnded(opened.id(), detection(opened, migrated));
        return opened;
      } catch (RuntimeException e) {
        if (tries == RETRIES.size()) {
          throw e;
        }
        LOG.log(Level.WARNING, "the database does not answer yet: {0}", rootMessage(e));
        pause.sleep(RETRIES.get(tries));
      }
    }
  }

  private Operation detection(StartupLog.Opened opened, Instant begin) {
    opened
        .abortedPredecessor()
        .ifPresent(
            aborted ->
                LOG.log(
                    Level.WARNING,
                    "the start of {0} was aborted in {1}",
                    aborted.startedAt(),
                    aborted.diedIn()));
    return own(
        "StartupDetection",
        "detect_aborted_startup",
        begin,
        clock.instant(),
        Map.of("aborted_startups", opened.abortedPredecessor().isPresent() ? 1L : 0L));
  }

  /** What the recovery does itself, before all phases. */
  private static Operation own(
      String component, String operation, Instant begin, Instant end, Map<String, Long> counts) {
    return new Operation(
        component,
        operation,
        begin,
        Duration.between(begin, end),
        Operation.Status.SUCCESS,
        counts,
        List.of());
  }

  /** All phases; true if the server may take work. */
  private boolean runSequence(UUID run, Instant begin) {
    List<Operation> operations = runAll(run);
    for (int i = 0; i < phases.size(); i++) {
      Operation operation = operations.get(i);
      if (phases.get(i).critical() && operation.status() == Operation.Status.FAILED) {
        block("recovery phase " + operation.component() + " failed: " + operation.errors(), null);
        return false;
      }
    }
    boolean degraded = operations.stream().anyMatch(operation -> !operation.errors().isEmpty());
    Duration total = Duration.between(begin, clock.instant());
    log.close(run, clock.instant(), total, degraded);
    readiness.set(new Readiness.Ready(degraded ? "ready, degraded" : "ready"));
    LOG.log(
        Level.INFO, "recovery done in {0} ms{1}", total.toMillis(), degraded ? ", degraded" : "");
    return true;
  }

  private List<Operation> runAll(UUID run) {
    Map<String, CompletableFuture<Operation>> ends = new LinkedHashMap<>();
    for (RecoveryPhase phase : phases) {
      List<CompletableFuture<Operation>> before = new ArrayList<>();
      phase.dependsOn().forEach(needed -> before.add(ends.get(needed)));
      ends.put(
          phase.component(),
          CompletableFuture.allOf(before.toArray(CompletableFuture[]::new))
              .thenApplyAsync(
                  all ->
                      runPhase(run, phase, before.stream().map(CompletableFuture::join).toList()),
                  threads));
    }
    CompletableFuture.allOf(ends.values().toArray(CompletableFuture[]::new))
        .handle((all, failure) -> null)
        .join(); // also where one failed: none may still be at work when the sequence runs again
    return ends.values().stream().map(CompletableFuture::join).toList();
  }

  private Operation runPhase(UUID run, RecoveryPhase phase, List<Operation> before) {
    Instant begin = clock.instant();
    Operation operation =
        before.stream()
            .filter(needed -> needed.status() == Operation.Status.FAILED)
            .findFirst()
            .map(
                failed ->
                    Operation.failed(
                        phase,
                        begin,
                        Duration.ZERO,
                        "depends on " + failed.component() + ", which failed",
                        "skipped"))
            .orElseGet(() -> tried(run, phase, begin));
    log.phaseEnded(run, operation);
    LOG.log(Level.INFO, "{0}: {1} {2}", phase.component(), operation.status(), operation.counts());
    return operation;
  }

  private Operation tried(UUID run, RecoveryPhase phase, Instant begin) {
    for (int tries = 0; ; tries++) {
      try {
        log.phaseStarted(run, phase.component());
        PhaseReport report = phase.run();
        return Operation.of(phase, begin, Duration.between(begin, clock.instant()), report);
      } catch (RuntimeException | Error e) {
        LOG.log(
            Level.WARNING,
            "recovery phase " + phase.component() + " failed, try " + (tries + 1),
            e);
        if (tries == RETRIES.size()) {
          String action =
              phase.critical() ? "no work is taken; tried again" : "the rest goes on without it";
          return Operation.failed(
              phase, begin, Duration.between(begin, clock.instant()), rootMessage(e), action);
        }
        sleep(RETRIES.get(tries));
      }
    }
  }

  private void sleep(Duration duration) {
    try {
      pause.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the server stops", e);
    }
  }

  private void block(String why, @Nullable Throwable cause) {
    LOG.log(
        Level.ERROR,
        "no work is taken: " + why + "; tried again in " + RESTART.toSeconds() + " s",
        cause);
    readiness.set(new Readiness.Blocked(why));
  }

  private static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}
