package io.holdfast.execution.process;

import io.holdfast.execution.AttemptFacts;
import io.holdfast.execution.Claim;
import io.holdfast.execution.ExitRecord;
import io.holdfast.execution.Handle;
import io.holdfast.execution.KernelProcess;
import io.holdfast.execution.LockState;
import io.holdfast.execution.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the facts of one attempt in the order that makes them safe to decide on. Each step looks
 * only for what a later state of the attempt cannot have undone: an exit record after the lock was
 * seen free is final, and so is the absence of processes then.
 */
final class AttemptReader {
  private final ProcFs proc;
  private final ProcessTables tables;
  private final LockProbe locks;
  private final SentinelFile sentinels;
  private final AttemptFiles files;
  private final Handle handle;
  private final String bootId;
  private final List<String> corrupt = new ArrayList<>();

  AttemptReader(
      ProcFs proc,
      ProcessTables tables,
      LockProbe locks,
      SentinelFile sentinels,
      AttemptFiles files,
      Handle handle,
      String bootId) {
    this.proc = proc;
    this.tables = tables;
    this.locks = locks;
    this.sentinels = sentinels;
    this.files = files;
    this.handle = handle;
    this.bootId = bootId;
  }

  AttemptFacts read() {
    ExitRecord exit = exitRecord();
    Claim claim = claim(files);
    if (exit != null
        || claim instanceof Claim.None
        || claim instanceof Claim.Revoked
        || !handle.bootId().equals(bootId)) {
      return facts(exit, claim, null, LockState.NOT_ASKED, List.of());
    }
    ProcessIdentity named = claim instanceof Claim.By by ? by.runner() : null;
    KernelProcess runner = running(named);
    if (runner != null) {
      List<KernelProcess> session = tables.recent().session(command(files)).toList();
      return facts(exitRecord(), claim, runner, LockState.NOT_ASKED, session);
    }
    LockState lock = lock();
    exit = exitRecord();
    return facts(exit, claim, null, lock, exit == null ? members(named) : List.of());
  }

  static Claim claim(AttemptFiles files) {
    try {
      return RecordFormat.claim(Files.readAllBytes(files.claim()));
    } catch (NoSuchFileException e) {
      return new Claim.None();
    } catch (IOException e) {
      return new Claim.Unreadable(RecordFormat.reason(e));
    }
  }

  /** The command that the runner started, null if it did not get that far. */
  static @Nullable ProcessIdentity command(AttemptFiles files, String bootId) {
    try {
      String[] fields = Files.readString(files.process()).trim().split(" ", -1);
      return fields.length == 2
          ? new ProcessIdentity(Long.parseLong(fields[0]), Long.parseLong(fields[1]), bootId)
          : null;
    } catch (IOException | NumberFormatException e) {
      return null;
    }
  }

  private @Nullable ProcessIdentity command(AttemptFiles attempt) {
    return command(attempt, bootId);
  }

  private @Nullable KernelProcess running(@Nullable ProcessIdentity named) {
    if (named == null) {
      return null;
    }
    return proc.process(named.pid())
        .filter(seen -> named.matches(seen, bootId) && seen.runs())
        .orElse(null);
  }

  /**
   * Without the file its holder cannot be asked for; a runner that lives is found by its cookie.
   */
  private LockState lock() {
    if (!Files.exists(files.lock())) {
      note("run.lock is missing");
      return LockState.FREE;
    }
    return locks.ask(files.lock());
  }

  /** Looks twice before it says none: a process can fork and end while the table is read. */
  private List<KernelProcess> members(@Nullable ProcessIdentity runner) {
    List<KernelProcess> found = List.of();
    for (int look = 0; look < 2 && found.isEmpty(); look++) {
      found = tables.fresh().members(handle.token(), command(files), runner).toList();
    }
    return found;
  }

  private @Nullable ExitRecord exitRecord() {
    try {
      byte[] content = Files.readAllBytes(files.exit());
      if (RecordFormat.isBlank(content)) {
        return null;
      }
      ExitRecord exit =
          RecordFormat.exit(content, Files.getLastModifiedTime(files.exit()).toInstant());
      if (exit.token().equals(handle.token())) {
        return exit;
      }
      note("exit.json: of another launch");
    } catch (NoSuchFileException e) {
      return null; // not prepared
    } catch (IOException e) {
      note("exit.json: " + RecordFormat.reason(e));
    }
    return null;
  }

  private AttemptFacts facts(
      @Nullable ExitRecord exit,
      Claim claim,
      @Nullable KernelProcess runner,
      LockState lock,
      List<KernelProcess> members) {
    if (claim instanceof Claim.Unreadable unreadable) {
      note("claim: " + unreadable.reason());
    }
    Instant started = startedAt();
    Instant heartbeat = sentinels.heartbeat(files, handle, exit != null, corrupt);
    long memory = members.stream().mapToLong(member -> proc.peakMemoryBytes(member.pid())).sum();
    return new AttemptFacts(
        handle, bootId, exit, claim, runner, lock, started, members, memory, heartbeat, corrupt);
  }

  private @Nullable Instant startedAt() {
    return time(files.started()).orElse(null);
  }

  private void note(String damage) {
    if (!corrupt.contains(damage)) {
      corrupt.add(damage);
    }
  }

  static Optional<Instant> time(Path file) {
    try {
      return Optional.of(Files.getLastModifiedTime(file).toInstant());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
