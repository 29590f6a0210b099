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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Wakes whoever waits for a change of an attempt: one thread and one inotify instance for all. Only
 * new names count (the runner makes one at the start and one at the end), so a job that prints much
 * costs nothing here. A hint can be lost; a wrong one does no harm.
 */
final class AttemptWatch implements AutoCloseable {

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

  private static boolean tells(WatchEvent<?> event) {
    return event.kind() == StandardWatchEventKinds.OVERFLOW
        || AttemptFiles.HINTS.contains(String.valueOf(event.context()));
  }

  private void run() {
    try {
      while (true) {
        WatchKey key = service.take();
        boolean telling = key.pollEvents().stream().anyMatch(AttemptWatch::tells);
        AttemptKey attempt = byKey.get(key);
        if (telling && attempt != null) {
          wake(attempt);
        }
        key.reset();
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      // Closed: no more hints.
    }
  }
}
