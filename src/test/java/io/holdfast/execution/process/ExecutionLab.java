package io.holdfast.execution.process;

import io.holdfast.execution.AttemptKey;
import io.holdfast.execution.Claim;
import io.holdfast.execution.Handle;
import io.holdfast.execution.KernelProcess;
import io.holdfast.execution.LaunchSpec;
import io.holdfast.execution.Observation;
import io.holdfast.execution.ProcessIdentity;
import io.holdfast.platform.DurableFiles;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** A home with an executor, real processes in it, and their end when the test is over. */
final class ExecutionLab implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  final Path home;
  final LocalExecutor executor;
  final ProcFs proc = new ProcFs(Path.of("/proc"));
  private final List<Handle> handles = new CopyOnWriteArrayList<>();
  private final List<LocalExecutor> others = new ArrayList<>();

  ExecutionLab(Path home, Duration heartbeat) {
    this.home = home;
    this.executor = executor(InstantSource.system(), heartbeat);
  }

  /** Another instance on the same home, as after a restart. */
  LocalExecutor restarted() {
    return executor(InstantSource.system(), Duration.ofSeconds(30));
  }

  LocalExecutor executorAt(Instant now) {
    return executor(InstantSource.fixed(now), Duration.ofSeconds(30));
  }

  private LocalExecutor executor(InstantSource clock, Duration heartbeat) {
    LocalExecutor made =
        new LocalExecutor(home, new DurableFiles(), clock, new LocalSettings(heartbeat));
    others.add(made);
    return made;
  }

  Handle handle() {
    Handle handle =
        new Handle(
            new AttemptKey(UUID.randomUUID(), 1),
            UUID.randomUUID(),
            UUID.randomUUID(),
            executor.bootId());
    handles.add(handle);
    return handle;
  }

  LaunchSpec spec(String... command) {
    return new LaunchSpec(List.of(command), null, Map.of(), home, "shell");
  }

  Handle prepare(LaunchSpec spec) {
    Handle handle = handle();
    try {
      executor.prepare(handle, spec);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return handle;
  }

  Handle start(LaunchSpec spec) {
    Handle handle = prepare(spec);
    executor.submit(handle);
    return handle;
  }

  Handle sh(String script) {
    return start(spec("sh", "-c", script));
  }

  /** A command that ends with {@code code} once {@link #letGo} is called. */
  Handle blocked(int code) {
    Handle handle =
        sh(
            ": >$HOLDFAST_SESSION_ID.hold; echo ready;"
                + " while [ -e $HOLDFAST_SESSION_ID.hold ]; do sleep 0.05; done; exit "
                + code);
    await(() -> output(handle).contains("ready"));
    return handle;
  }

  /** By removing a file, which works on a full disk. */
  void letGo(Handle handle) {
    try {
      Files.delete(home.resolve(handle.session() + ".hold"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  AttemptFiles files(Handle handle) {
    return AttemptFiles.of(home, handle.key());
  }

  String output(Handle handle) {
    return new String(outputBytes(handle), StandardCharsets.UTF_8);
  }

  byte[] outputBytes(Handle handle) {
    try {
      Path file = files(handle).output(handle);
      return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Observation.Exited ended(Handle handle) {
    return await(handle, Observation.Exited.class);
  }

  <T extends Observation> T await(Handle handle, Class<T> expected) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Observation seen = executor.observe(handle);
      if (expected.isInstance(seen)) {
        return expected.cast(seen);
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("expected " + expected.getSimpleName() + ", still " + seen);
      }
      pause();
    }
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("still not so after " + PATIENCE);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  long runner(Handle handle) {
    if (AttemptReader.claim(files(handle)) instanceof Claim.By by) {
      return by.runner().pid();
    }
    throw new AssertionError("no runner has claimed " + handle);
  }

  long command(Handle handle) {
    ProcessIdentity command = AttemptReader.command(files(handle), executor.bootId());
    if (command == null) {
      throw new AssertionError("no command runs for " + handle);
    }
    return command.pid();
  }

  void kill(long pid) {
    signal("KILL", pid);
    await(() -> !runs(pid));
  }

  boolean runs(long pid) {
    return proc.process(pid).filter(KernelProcess::runs).isPresent();
  }

  /** All processes that carry the launch's token. */
  List<Long> carriers(Handle handle) {
    return proc.processes().stream()
        .filter(KernelProcess::runs)
        .map(KernelProcess::pid)
        .filter(pid -> proc.carries(pid, handle.token()))
        .toList();
  }

  static void signal(String signal, long pid) {
    run("kill", "-" + signal, Long.toString(pid));
  }

  static int run(String... command) {
    try {
      return new ProcessBuilder(command)
          .redirectInput(new File("/dev/null"))
          .inheritIO()
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static void writeFile(Path file, String content) {
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    for (Handle handle : handles) {
      for (int round = 0; round < 200 && !carriers(handle).isEmpty(); round++) {
        carriers(handle)
            .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        pause();
      }
    }
    others.forEach(LocalExecutor::close);
  }
}
