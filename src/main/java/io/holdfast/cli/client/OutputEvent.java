package io.holdfast.cli.client;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a live output stream carries. */
public sealed interface OutputEvent {

  /** The attempt whose output follows; offsets count within it. */
  record Attempt(long number) implements OutputEvent {}

  /**
   * The bytes of the output that end at {@code offset}.
   *
   * @param offset position after the last of {@code bytes}
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared or changed
  record Chunk(long offset, byte[] bytes) implements OutputEvent {

    long from() {
      return offset - bytes.length;
    }
  }

  /**
   * The attempt has ended and there is no more output of it.
   *
   * @param attempt the job's attempt now; null if the server did not say
   */
  record End(String state, @Nullable Long exitCode, long outputBytes, @Nullable Long attempt)
      implements OutputEvent {

    private static final Set<String> JOB_ENDED =
        Set.of("COMPLETED", "FAILED", "TIMED_OUT", "CANCELLED", "LOST", "DELETED");

    /** False if the job goes, or went, on with a later attempt than the one followed. */
    boolean ofTheJob(long followed) {
      return JOB_ENDED.contains(state) && (attempt == null || followed == 0 || attempt <= followed);
    }
  }
}
