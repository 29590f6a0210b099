package io.holdfast.execution.process;

import io.holdfast.execution.AttemptKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Wakes whoever waits for a change of an attempt: one thread and one inotify instance for all. Only
 * new names count (the runner makes one at the start and one at the end), so a job that prints much
 * costs nothing here. A hint can be lost; a wrong one does no harm.
 *
 * <p>The hint of a start comes a moment late: the look that follows it would take the processor
 * from the very command that is starting, and a command that ends at once needs one look, not two.
 */
final class AttemptWatch implements AutoCloseable {

  private static final Executor SOON = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

  private record Watched(Runnable hint, @Nullable WatchKey key) {}

  private final WatchService service;
  private final Map<AttemptKey, Watched> watched = new ConcurrentHashMap<>();
  private final Map<WatchKey, AttemptKey> byKey = new ConcurrentHashMap<>();

  AttemptWatch() {
    try {
      service = FileSystems.getDefault().newWatchService();
    } catch (IOException e) {
      throw new UncheckedIOException("no inotify instance is left", e);
    }
    Thread thread = new Thread(this::run, "holdfast-attempt-watch");
    thread.setDaemon(true);
    thread.start();
  }

  void add(AttemptKey attempt, Path directory, Runnable hint) {
    WatchKey key = register(directory);
    if (key != null) {
      byKey.put(key, attempt);
    }
    watched.put(attempt, new Watched(hint, key));
  }

  void remove(AttemptKey attempt) {
    Watched gone = watched.remove(attempt);
    if (gone != null && gone.key() != null) {
      gone.key().cancel();
      byKey.remove(gone.key());
    }
  }

  void wake(AttemptKey attempt) {
    Watched found = watched.get(attempt);
    if (found == null) {
      return;
    }
    try {
      found.hint().run();
    } catch (RuntimeException e) {
      System.getLogger(AttemptWatch.class.getName())
          .log(System.Logger.Level.WARNING, "a hint for " + attempt + " failed", e);
    }
  }

  @Override
  public void close() {
    try {
      service.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable WatchKey register(Path directory) {
    try {
      return directory.register(service, StandardWatchEventKinds.ENTRY_CREATE);
    } catch (IOException e) {
      return null; // out of watches: the slow loop stands behind
    }
  }

  private static boolean tellsEnd(WatchEvent<?> event) {
    return event.kind() == StandardWatchEventKinds.OVERFLOW
        || AttemptFiles.END_HINT.equals(String.valueOf(event.context()));
  }

  private static boolean tellsStart(WatchEvent<?> event) {
    return AttemptFiles.START_HINT.equals(String.valueOf(event.context()));
  }

  private void run() {
    try {
      while (true) {
        WatchKey key = service.take();
        List<WatchEvent<?>> events = key.pollEvents();
        AttemptKey attempt = byKey.get(key);
        if (attempt != null && events.stream().anyMatch(AttemptWatch::tellsEnd)) {
          wake(attempt);
        } else if (attempt != null && events.stream().anyMatch(AttemptWatch::tellsStart)) {
          SOON.execute(() -> wake(attempt));
        }
        key.reset();
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      // Closed: no more hints.
    }
  }
}
