package io.holdfast.execution;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.Optional;

/**
 * Runs attempts somewhere that outlives this server: here a detached local process, elsewhere
 * perhaps Slurm or Kubernetes. Every call may be repeated; none holds a transaction.
 *
 * <p>The order that makes a launch happen at most once, whatever crashes: {@link #prepare}, then
 * the caller commits the handle, then {@link #submit}. After a crash between the commit and the
 * answer the caller asks {@link #revoke}.
 */
public interface Executor {

  /** What became of a submit. */
  enum Submission {
    /** It was handed over; {@link #observe} tells whether it starts. */
    SUBMITTED,
    /** This attempt was handed over before; adopt it. */
    EXISTS,
    /** Not known; observe or revoke before anything else. */
    UNKNOWN
  }

  /**
   * Writes all that the launch needs, durably, and starts nothing. Repeating it for the same handle
   * replaces what an interrupted call left.
   *
   * @throws IOException if it cannot be written, for example on a full disk; nothing can start then
   */
  void prepare(Handle handle, LaunchSpec spec) throws IOException;

  /** Starts a prepared attempt, at most once for ever. */
  Submission submit(Handle handle);

  /**
   * Takes the right to start away from an attempt.
   *
   * @return true if it provably never started and never can (a retry is safe); false if it may
   *     have: observe it
   */
  boolean revoke(Handle handle);

  /** Looks at the facts and decides; changes nothing but to set a corrupt sentinel aside. */
  Observation observe(Handle handle);

  /** Bytes of output so far; 0 if there is none. */
  long outputSize(Handle handle);

  /**
   * The output from byte 0 on; it may grow while it is read.
   *
   * @return empty if the attempt printed nothing and has no output file
   */
  Optional<SeekableByteChannel> openOutput(Handle handle) throws IOException;

  /**
   * Brings the command to an end, and what it left behind: TERM on the first call, KILL on a call
   * with {@code sinceRequested} of {@code grace} or more. To be called until it returns true.
   *
   * @return true if no process of the command is left; how it ended shows in {@link #observe}
   */
  boolean cancel(Handle handle, Duration sinceRequested, Duration grace);

  /**
   * The end is committed: what only a running attempt needs may go. Output and exit record stay.
   */
  void acknowledge(Handle handle);

  /**
   * Calls {@code hint} soon after something may have changed; hints can be lost, so a slow loop
   * stands behind them.
   */
  void watch(Handle handle, Runnable hint);

  /** The machine's boot id, part of every handle made here. */
  String bootId();
}
