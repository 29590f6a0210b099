package io.holdfast.recovery;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The start-up recovery (spec, Story 3): marker first, then every phase after those it depends on,
 * independent ones side by side; the log is written after each. It runs on every start, and again
 * every 30 s for as long as a critical phase fails; until then the server takes no work. Phases
 * that no work depends on run when it is ready.
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

  /**
   * What must be done before the marker can be written.
   *
   * @param what for messages: {@code the database's schema}
   */
  public record Preparation(String component, String operation, String what, Runnable work) {}

  /** Who we are, for the marker. */
  public record Identity(String host, String bootId) {}

  private final List<RecoveryPhase> phases;
  private final StartupLog log;
  private final List<Preparation> preparations;
  private final Identity identity;
  private final Readiness readiness;
  private final ExecutorService threads;
  private final InstantSource clock;
  private final Pause pause;

  /**
   * @param preparations the schema among them; before everything else, in this order
   * @throws IllegalArgumentException if the phases cannot be ordered
   */
  public Recovery(
      List<RecoveryPhase> phases,
      StartupLog log,
      List<Preparation> preparations,
      Identity identity,
      Readiness readiness,
      ExecutorService threads,
      InstantSource clock,
      Pause pause) {
    this.phases = PhaseOrder.sort(phases);
    this.log = log;
    this.preparations = List.copyOf(preparations);
    this.identity = identity;
    this.readiness = readiness;
    this.threads = threads;
    this.clock = clock;
    this.pause = pause;
  }

  /** Returns when the server may take work; nothing that goes wrong ends it, an Error neither. */
  public void run() throws InterruptedException {
    Instant begin = clock.instant();
    StartupLog.Opened opened = null;
    Queue<Operation> unwritten = new ArrayDeque<>();
    for (boolean done = false; !done; ) {
      try {
        if (opened == null) {
          unwritten.clear();
          for (Preparation preparation : preparations) {
            unwritten.add(insist(preparation.what(), () -> prepared(preparation)));
          }
          Instant prepared = clock.instant();
          opened = insist("the startup marker", () -> open(prepared));
          unwritten.add(detection(opened, prepared));
        }
        UUID id = opened.id();
        insist("the startup log", () -> write(id, unwritten));
        readiness.set(new Readiness.Recovering("recovery running"));
        done = runSequence(id, begin);
      } catch (StepFailed e) {
        block(String.valueOf(e.getMessage()), e.getCause());
      } catch (RuntimeException | Error e) {
        block("the recovery could not be finished: " + rootMessage(e), e);
      }
      if (!done) {
        pause.sleep(RESTART);
      }
    }
  }

  private Operation prepared(Preparation preparation) {
    Instant begin = clock.instant();
    preparation.work().run();
    return own(preparation.component(), preparation.operation(), begin, clock.instant(), Map.of());
  }

  private StartupLog.Opened open(Instant begin) {
    return log.open(identity.host(), identity.bootId(), begin);
  }

  private boolean write(UUID run, Queue<Operation> unwritten) {
    for (Operation next = unwritten.peek(); next != null; next = unwritten.peek()) {
      log.phaseEnded(run, next);
      unwritten.remove();
    }
    return true;
  }

  /** Does it, and tries again as a phase is tried; then the failure names it. */
  private <T> T insist(String what, Supplier<T> step) throws InterruptedException {
    readiness.set(new Readiness.Recovering("waiting for " + what));
    for (int tries = 0; ; tries++) {
      try {
        return step.get();
      } catch (RuntimeException | Error e) {
        if (tries == RETRIES.size()) {
          throw new StepFailed(what + ": " + rootMessage(e), e);
        }
        LOG.log(Level.WARNING, "{0}, try {1}: {2}", what, tries + 1, rootMessage(e));
        pause.sleep(RETRIES.get(tries));
      }
    }
  }

  private static final class StepFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StepFailed(String message, Throwable cause) {
      super(message, cause);
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
    List<RecoveryPhase> first = phases.stream().filter(RecoveryPhase::beforeReady).toList();
    Map<String, Operation> ended = runAll(run, first);
    Set<String> critical =
        first.stream()
            .filter(RecoveryPhase::critical)
            .map(RecoveryPhase::component)
            .collect(Collectors.toSet());
    for (Operation operation : ended.values()) {
      if (operation.status() == Operation.Status.FAILED
          && critical.contains(operation.component())) {
        block("recovery phase " + operation.component() + " failed: " + operation.errors(), null);
        return false;
      }
    }
    boolean degraded = hasErrors(ended.values());
    Duration total = Duration.between(begin, clock.instant());
    close(run, total, degraded);
    LOG.log(
        Level.INFO, "recovery done in {0} ms{1}", total.toMillis(), degraded ? ", degraded" : "");
    threads.execute(() -> runAfterwards(run, ended, total));
    return true;
  }

  private void close(UUID run, Duration total, boolean degraded) {
    log.close(run, clock.instant(), total, degraded);
    readiness.set(new Readiness.Ready(degraded ? "ready, degraded" : "ready"));
  }

  private static boolean hasErrors(Collection<Operation> operations) {
    return operations.stream().anyMatch(operation -> !operation.errors().isEmpty());
  }

  /** What nothing waits for. Its errors make the start a degraded one, but do not undo it. */
  private void runAfterwards(UUID run, Map<String, Operation> before, Duration total) {
    try {
      Map<String, Operation> ended = new HashMap<>(before);
      for (RecoveryPhase phase : phases) {
        if (!phase.beforeReady()) {
          List<Operation> needed = phase.dependsOn().stream().map(ended::get).toList();
          ended.put(phase.component(), runPhase(run, phase, needed));
        }
      }
      if (hasErrors(ended.values()) && !hasErrors(before.values())) {
        close(run, total, true);
      }
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "the recovery that nothing waits for broke off", e);
    }
  }

  private Map<String, Operation> runAll(UUID run, List<RecoveryPhase> chosen) {
    Map<String, CompletableFuture<Operation>> ends = new LinkedHashMap<>();
    for (RecoveryPhase phase : chosen) {
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
    Map<String, Operation> ended = new LinkedHashMap<>();
    ends.forEach((component, end) -> ended.put(component, end.join()));
    return ended;
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
