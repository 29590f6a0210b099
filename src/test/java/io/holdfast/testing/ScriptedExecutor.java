package io.holdfast.testing;

import io.holdfast.execution.AttemptKey;
import io.holdfast.execution.Evidence;
import io.holdfast.execution.Executor;
import io.holdfast.execution.Handle;
import io.holdfast.execution.HeartbeatAge;
import io.holdfast.execution.LaunchSpec;
import io.holdfast.execution.Observation;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A back end in memory that does what the test says, and keeps the executor's contract: an attempt
 * starts at most once, and never after it was revoked. It lives on when a "server" is restarted on
 * top of it.
 */
public final class ScriptedExecutor implements Executor {

  private final Map<AttemptKey, Attempt> attempts = new ConcurrentHashMap<>();
  private volatile Consumer<Handle> onPrepare = handle -> {};
  private volatile Consumer<Handle> onSubmit = handle -> {};
  private volatile Consumer<Handle> onAcknowledge = handle -> {};
  private volatile @Nullable IOException unwritable;

  /** All that is known of one attempt. */
  public static final class Attempt {
    private final Handle handle;
    private final LaunchSpec spec;
    private volatile boolean submitted;
    private volatile boolean revoked;
    private volatile boolean acknowledged;
    private volatile boolean unreachable;
    private volatile boolean leftovers;
    private volatile long outputSize;
    private volatile @Nullable Path output;
    private volatile @Nullable Observation seen;
    private volatile @Nullable Runnable hint;
    private final List<Duration> cancels = new CopyOnWriteArrayList<>();

    private Attempt(Handle handle, LaunchSpec spec) {
      this.handle = handle;
      this.spec = spec;
    }

    public Handle handle() {
      return handle;
    }

    public LaunchSpec spec() {
      return spec;
    }

    public boolean submitted() {
      return submitted;
    }

    public boolean acknowledged() {
      return acknowledged;
    }

    public boolean watched() {
      return hint != null;
    }

    /** For each signal asked for: how long after the request. */
    public List<Duration> cancels() {
      return cancels;
    }

    public Attempt runs(Instant startedAt) {
      return runs(startedAt, 0);
    }

    public Attempt runs(Instant startedAt, long peakMemory) {
      return shows(
          new Observation.Running(evidence("runner is alive"), startedAt, true, peakMemory));
    }

    public Attempt exits(int code, Instant startedAt, Instant endedAt) {
      return shows(
          new Observation.Exited(
              evidence("exit record"), code, startedAt, endedAt, OptionalDouble.of(1.5)));
    }

    /** Its command leaves processes behind that only a KILL ends. */
    public Attempt leavesProcesses() {
      leftovers = true;
      return this;
    }

    public Attempt isLost(String why) {
      return shows(new Observation.Lost(evidence(why)));
    }

    public Attempt isUnknown(String why) {
      return shows(new Observation.Unknown(evidence(why)));
    }

    public Attempt shows(Observation observation) {
      seen = observation;
      return this;
    }

    /** Looking at it throws from now on. */
    public Attempt isUnreachable() {
      unreachable = true;
      return this;
    }

    public Attempt printed(long bytes) {
      outputSize = bytes;
      return this;
    }

    public Attempt printed(Path file) throws IOException {
      output = file;
      return printed(Files.size(file));
    }

    /** Calls whoever watches it. */
    public void hint() {
      Runnable watcher = hint;
      if (watcher != null) {
        watcher.run();
      }
    }
  }

  public static Evidence evidence(String fact) {
    return new Evidence(List.of(fact), HeartbeatAge.FRESH, List.of());
  }

  /** The last attempt prepared for a job. */
  public Attempt of(UUID job) {
    return attempts.values().stream()
        .filter(attempt -> attempt.handle.key().job().equals(job))
        .max((a, b) -> Integer.compare(a.handle.key().attempt(), b.handle.key().attempt()))
        .orElseThrow();
  }

  public boolean knows(UUID job) {
    return attempts.keySet().stream().anyMatch(key -> key.job().equals(job));
  }

  /** How many of a job's attempts were handed over. */
  public long submissions(UUID job) {
    return attempts.values().stream()
        .filter(attempt -> attempt.submitted && attempt.handle.key().job().equals(job))
        .count();
  }

  public void onPrepare(Consumer<Handle> hook) {
    onPrepare = hook;
  }

  public void onSubmit(Consumer<Handle> hook) {
    onSubmit = hook;
  }

  public void onAcknowledge(Consumer<Handle> hook) {
    onAcknowledge = hook;
  }

  /** Nothing can be prepared from now on; null ends it. */
  public void failToWrite(@Nullable IOException reason) {
    unwritable = reason;
  }

  @Override
  public void prepare(Handle handle, LaunchSpec spec) throws IOException {
    IOException trouble = unwritable;
    if (trouble != null) {
      throw trouble;
    }
    attempts.put(handle.key(), new Attempt(handle, spec));
    onPrepare.accept(handle);
  }

  @Override
  public Submission submit(Handle handle) {
    onSubmit.accept(handle);
    Attempt attempt = find(handle);
    synchronized (attempt) {
      if (attempt.submitted || attempt.revoked) {
        return Submission.EXISTS;
      }
      attempt.submitted = true;
      return Submission.SUBMITTED;
    }
  }

  @Override
  public boolean revoke(Handle handle) {
    Attempt attempt = find(handle);
    synchronized (attempt) {
      attempt.revoked |= attempt.seen == null;
      return attempt.revoked;
    }
  }

  @Override
  public Observation observe(Handle handle) {
    Attempt attempt = find(handle);
    if (attempt.unreachable) {
      throw new IllegalStateException("the back end is away");
    }
    Observation seen = attempt.seen;
    if (seen != null) {
      return seen;
    }
    return attempt.revoked
        ? new Observation.NeverStarted(evidence("revoked"))
        : new Observation.Pending(evidence("no claim yet"));
  }

  @Override
  public long outputSize(Handle handle) {
    return find(handle).outputSize;
  }

  @Override
  public Optional<SeekableByteChannel> openOutput(Handle handle) throws IOException {
    Path file = find(handle).output;
    return file == null ? Optional.empty() : Optional.of(FileChannel.open(file));
  }

  @Override
  public boolean cancel(Handle handle, Duration sinceRequested, Duration grace) {
    Attempt attempt = find(handle);
    attempt.cancels.add(sinceRequested);
    if (sinceRequested.compareTo(grace) >= 0) {
      attempt.leftovers = false;
    }
    return !attempt.leftovers;
  }

  @Override
  public void acknowledge(Handle handle) {
    find(handle).acknowledged = true;
    onAcknowledge.accept(handle);
  }

  @Override
  public void watch(Handle handle, Runnable hint) {
    find(handle).hint = hint;
  }

  @Override
  public String bootId() {
    return "boot-1";
  }

  /** Every attempt that was ever prepared. */
  public List<Attempt> all() {
    return new ArrayList<>(attempts.values());
  }

  private Attempt find(Handle handle) {
    Attempt attempt = attempts.get(handle.key());
    if (attempt == null) {
      throw new IllegalStateException("never prepared: " + handle.key());
    }
    return attempt;
  }
}
