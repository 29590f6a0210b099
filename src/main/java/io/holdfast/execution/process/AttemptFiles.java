package io.holdfast.execution.process;

import io.holdfast.execution.AttemptKey;
import io.holdfast.execution.Handle;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The files of one attempt, by their purpose. */
record AttemptFiles(Path directory) {
  static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** The name whose creation tells that the command is about to run. */
  static final String START_HINT = "process";

  /** The name whose creation tells that it ended. */
  static final String END_HINT = "ended";

  static AttemptFiles of(Path home, AttemptKey key) {
    return new AttemptFiles(
        home.resolve("jobs")
            .resolve(key.job().toString())
            .resolve("attempts")
            .resolve(Integer.toString(key.attempt())));
  }

  /** What was asked for, for the record. */
  Path spec() {
    return directory.resolve("spec.json");
  }

  /** Shell text: working directory, environment, command. Goes with the acknowledgement. */
  Path launch() {
    return directory.resolve("launch");
  }

  Path prompt() {
    return directory.resolve("prompt.txt");
  }

  /** Never replaced: the kernel's lock is on this very file. */
  Path lock() {
    return directory.resolve("run.lock");
  }

  /** Never removed: while it is there, nothing can start here. */
  Path claim() {
    return directory.resolve("claim");
  }

  /** Its time is the time of the start. */
  Path started() {
    return directory.resolve("started");
  }

  /** Pid and start ticks of the command. */
  Path process() {
    return directory.resolve("process");
  }

  /** Blank until the command ended. */
  Path exit() {
    return directory.resolve("exit.json");
  }

  Path sentinel() {
    return directory.resolve(".sentinel.json");
  }

  Path nextSentinel() {
    return directory.resolve(".sentinel.new");
  }

  Path runnerLog() {
    return directory.resolve("runner.log");
  }

  Path output(Handle handle) {
    return directory.resolve(handle.session() + ".output");
  }
}
