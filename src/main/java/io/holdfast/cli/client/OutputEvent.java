package io.holdfast.cli.client;

import org.jspecify.annotations.Nullable;

/** What a live output stream carries. */
public sealed interface OutputEvent {

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

  /** The job has ended and there is no more output. */
  record End(String state, @Nullable Long exitCode, long outputBytes) implements OutputEvent {}
}
