package io.holdfast.execution.process;

import io.holdfast.execution.AttemptFacts;
import io.holdfast.execution.AttemptKey;
import io.holdfast.execution.Claim;
import io.holdfast.execution.Executor;
import io.holdfast.execution.Handle;
import io.holdfast.execution.KernelProcess;
import io.holdfast.execution.LaunchSpec;
import io.holdfast.execution.Observation;
import io.holdfast.execution.ProcessIdentity;
import io.holdfast.execution.Verdict;
import io.holdfast.platform.DurableFiles;
import io.holdfast.platform.HostName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs attempts as detached processes of this machine, in {@code <home>/jobs/<job>/attempts/<n>/}.
 * The disk and the kernel are the truth: another instance, after a crash of this one, sees the
 * same. It is safe for use by many threads.
 */
public final class LocalExecutor implements Executor, AutoCloseable {
  private final Path home;
  private final DurableFiles files;
  private final InstantSource clock;
  private final ProcFs proc = new ProcFs(Path.of("/proc"));
  private final ProcessTables tables = new ProcessTables(proc);
  private final String bootId = proc.bootId();
  private final LockProbe locks;
  private final SentinelFile sentinels;
  private final Preparation preparation;
  private final RunnerLaunch launch;
  private final Termination termination;
  private final AttemptWatch watch = new AttemptWatch();
  private final Set<AttemptKey> askedToEnd = ConcurrentHashMap.newKeySet();

  /**
   * Unpacks the runner into {@code <home>/runner}.
   *
   * @throws IllegalStateException if a program that it needs is not on the PATH
   * @throws UncheckedIOException if {@code home} cannot be written
   */
  public LocalExecutor(Path home, DurableFiles files, InstantSource clock, LocalSettings settings) {
    this.home = home.toAbsolutePath();
    this.files = files;
    this.clock = clock;
    Tools tools = Tools.find(System.getenv());
    this.locks = new LockProbe(tools);
    this.sentinels = new SentinelFile(clock);
    this.preparation = new Preparation(files, tools, System.getenv("LC_ALL"));
    this.termination = new Termination(proc, tables, tools, bootId);
    try {
      Path script = RunnerScript.unpack(this.home, files);
      this.launch = new RunnerLaunch(tools, script, settings, HostName.get(), bootId, proc.umask());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack the runner into " + home, e);
    }
  }

  @Override
  public void prepare(Handle handle, LaunchSpec spec) throws IOException {
    preparation.write(attempt(handle), handle, spec);
  }

  /**
   * {@inheritDoc}
   *
   * <p>{@link Submission#UNKNOWN} if no process could be made (no memory, too many processes), if
   * it was not prepared, or if the machine was booted since the handle was made: nothing was
   * started, and {@link #revoke} wins.
   */
  @Override
  public Submission submit(Handle handle) {
    AttemptFiles attempt = attempt(handle);
    if (Files.exists(attempt.claim())) {
      return Submission.EXISTS;
    }
    if (!handle.bootId().equals(bootId) || !Files.exists(attempt.spec())) {
      return Submission.UNKNOWN;
    }
    try {
      Process runner = launch.start(attempt, handle, clock.instant());
      CompletableFuture<?> unused = runner.onExit().thenRun(() -> watch.wake(handle.key()));
      return Submission.SUBMITTED;
    } catch (IOException e) {
      System.getLogger(LocalExecutor.class.getName())
          .log(System.Logger.Level.WARNING, "could not start the runner of " + handle.key(), e);
      return Submission.UNKNOWN;
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Whoever creates the claim first has the right, the runner or we; what the file says is for
   * the reader. It works on a full disk.
   */
  @Override
  public boolean revoke(Handle handle) {
    AttemptFiles attempt = attempt(handle);
    try {
      files.createDirectories(attempt.directory());
      Files.createFile(attempt.claim(), AttemptFiles.PRIVATE);
    } catch (FileAlreadyExistsException e) {
      return AttemptReader.claim(attempt) instanceof Claim.Revoked
          || observe(handle) instanceof Observation.NeverStarted;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot revoke " + handle.key(), e);
    }
    try {
      Files.write(attempt.claim(), RecordFormat.revocation(handle));
    } catch (IOException e) {
      // An empty claim stops a runner as well.
    }
    return true;
  }

  @Override
  public Observation observe(Handle handle) {
    return Verdict.decide(facts(handle), clock.instant());
  }

  private AttemptFacts facts(Handle handle) {
    return new AttemptReader(proc, tables, locks, sentinels, attempt(handle), handle, bootId)
        .read();
  }

  @Override
  public long outputSize(Handle handle) {
    try {
      return Files.size(attempt(handle).output(handle));
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public Optional<SeekableByteChannel> openOutput(Handle handle) throws IOException {
    try {
      return Optional.of(Files.newByteChannel(attempt(handle).output(handle)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>The runner is spared, since it writes the exit record. Where nothing but a runner is left
   * and it hangs (somebody stopped it), it is continued after the grace and killed after twice the
   * grace.
   */
  @Override
  public boolean cancel(Handle handle, Duration sinceRequested, Duration grace) {
    AttemptFiles attempt = attempt(handle);
    if (sinceRequested.compareTo(grace) >= 0) {
      termination.kill(attempt, handle);
    } else if (!askedToEnd.contains(handle.key()) && termination.ask(attempt, handle)) {
      askedToEnd.add(handle.key());
    }
    boolean over = termination.isOver(attempt, handle);
    if (over && sinceRequested.compareTo(grace) >= 0) {
      termination.release(attempt, sinceRequested.compareTo(grace.multipliedBy(2)) >= 0);
    }
    return over;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The claim stays for ever: a runner that comes late must still find it.
   */
  @Override
  public void acknowledge(Handle handle) {
    watch.remove(handle.key());
    askedToEnd.remove(handle.key());
    AttemptFiles attempt = attempt(handle);
    for (Path path :
        List.of(
            attempt.sentinel(),
            attempt.nextSentinel(),
            attempt.launch(),
            attempt.prompt(),
            attempt.process())) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot remove " + path, e);
      }
    }
  }

  @Override
  public void watch(Handle handle, Runnable hint) {
    watch.add(handle.key(), attempt(handle).directory(), hint);
  }

  @Override
  public String bootId() {
    return bootId;
  }

  /** This server's own process. */
  public ProcessIdentity self() {
    KernelProcess seen = proc.process(ProcessHandle.current().pid()).orElseThrow();
    return new ProcessIdentity(seen.pid(), seen.startTicks(), bootId);
  }

  /** Ends the hints; no job is touched. */
  @Override
  public void close() {
    watch.close();
  }

  private AttemptFiles attempt(Handle handle) {
    return AttemptFiles.of(home, handle.key());
  }
}
