package io.holdfast.cli.client;

import io.holdfast.cli.client.OutputEvent.Attempt;
import io.holdfast.cli.client.OutputEvent.Chunk;
import io.holdfast.cli.client.OutputEvent.End;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows one job's output to its end, across any number of deaths of the server: after a break it
 * asks again from the byte it has reached ({@code Last-Event-ID}) of the attempt it is at, so the
 * sink gets every byte once and in order. What does not join exactly to the bytes before it is not
 * taken. A job that was queued again is followed into its next attempt, from that one's first byte.
 */
public final class OutputFollower {

  /** Heartbeats come more often; a connection that says nothing for so long is dead. */
  private static final Duration SILENCE = Duration.ofSeconds(45);

  private static final int GAPS_TOLERATED = 5;

  private final Api api;
  private final String job;
  private final Sink sink;
  private long position;
  private long attempt;
  private long leftAttempt;
  private long leftPosition;
  private boolean returned;
  private int gaps;

  /** Where the output goes, and who is told of breaks. */
  public interface Sink {

    /** Takes the next bytes; {@code offset} is the position after the last of them. */
    void accept(long offset, byte[] bytes) throws IOException;

    /** The server is gone or not ready; the follower waits for it. */
    default void interrupted(long position, String reason) {}

    /** What comes now is another attempt's output, from its first byte. */
    default void nextAttempt(long attempt) {}

    /** The server is back and sends what comes after {@code position}. */
    default void resumed(long position) {}
  }

  /**
   * A follower of one job's output.
   *
   * @param position where to begin, in bytes from the beginning of the output
   */
  public OutputFollower(Api api, String job, long position, Sink sink) {
    this.api = api;
    this.job = job;
    this.position = position;
    this.sink = sink;
  }

  /**
   * Blocks until the job has ended and all its output is in the sink.
   *
   * @throws Refused if the server knows no such job, or refuses for good
   * @throws Unreachable if it does not answer the first time; later breaks are waited out
   */
  public End follow() throws IOException, InterruptedException {
    boolean reached = false;
    boolean broken = false;
    Pause pause = new Pause();
    while (true) {
      String reason;
      try (EventStream events = open()) {
        if (broken) {
          sink.resumed(position);
          broken = false;
        }
        reached = true;
        End end = drain(events, pause);
        if (end != null && end.ofTheJob(attempt)) {
          return end;
        }
        if (end != null) {
          leaveAttempt();
        }
        if (end != null || returned) {
          continue;
        }
        reason = "the stream ended before the job";
      } catch (SinkFailed e) {
        throw e.failure;
      } catch (Refused e) {
        if (!e.isTemporary() && !(reached && e.isForeign())) {
          throw e;
        }
        reason = String.valueOf(e.getMessage());
      } catch (Unreachable e) {
        if (!reached) {
          throw e;
        }
        reason = String.valueOf(e.getMessage());
      } catch (IOException e) {
        reason = gaps > 0 ? String.valueOf(e.getMessage()) : "connection lost";
      }
      if (!broken) {
        sink.interrupted(position, reason);
        broken = true;
      }
      pause.sleep();
    }
  }

  private EventStream open() throws IOException {
    Map<String, String> headers =
        Map.of("Accept", "text/event-stream", "Last-Event-ID", Long.toString(position));
    String path = "/api/jobs/" + Api.escape(job) + "/output/stream";
    return new EventStream(
        api.open(attempt == 0 ? path : path + "?attempt=" + attempt, headers, SILENCE));
  }

  private @Nullable End drain(EventStream events, Pause pause) throws IOException {
    returned = false;
    for (OutputEvent event = events.next(); event != null; event = events.next()) {
      if (event instanceof Attempt begun) {
        if (begun.number() == leftAttempt && attempt == 0) {
          returnToAttempt();
          return null;
        }
        enter(begun.number());
      } else if (event instanceof Chunk chunk) {
        take(chunk);
        pause.reset();
      } else if (event instanceof End end) {
        if (end.outputBytes() >= 0 && end.outputBytes() != position) {
          throw gap("the job's output has " + end.outputBytes() + " bytes");
        }
        return end;
      }
    }
    return null;
  }

  /** Whatever the job's next attempt is, its output begins at byte 0. */
  private void leaveAttempt() {
    leftAttempt = attempt;
    leftPosition = position;
    attempt = 0;
    position = 0;
  }

  /** There was no next one after all: the job ended in the queue. */
  private void returnToAttempt() {
    attempt = leftAttempt;
    position = leftPosition;
    returned = true;
  }

  private void enter(long number) {
    if (attempt == 0 && leftAttempt != 0) {
      sink.nextAttempt(number);
    }
    attempt = number;
  }

  private void take(Chunk chunk) throws IOException {
    if (chunk.from() != position) {
      throw gap("the server sent bytes " + chunk.from() + " to " + chunk.offset());
    }
    gaps = 0;
    try {
      sink.accept(chunk.offset(), chunk.bytes());
    } catch (IOException e) {
      throw new SinkFailed(e);
    }
    position = chunk.offset();
  }

  /** A break like any other at first: asking again may mend it. */
  private IOException gap(String found) throws SinkFailed {
    IOException gap = new IOException("at byte " + position + " of job " + job + " " + found);
    if (++gaps > GAPS_TOLERATED) {
      throw new SinkFailed(gap);
    }
    return gap;
  }

  /** Ends the following although the server may be well. */
  private static final class SinkFailed extends IOException {
    private static final long serialVersionUID = 1L;
    private final IOException failure;

    SinkFailed(IOException failure) {
      super(failure);
      this.failure = failure;
    }
  }

  /** A quarter of a second at first, growing to two while nothing comes. */
  private static final class Pause {
    private long millis = 250;

    void reset() {
      millis = 250;
    }

    void sleep() throws InterruptedException {
      Thread.sleep(millis);
      millis = Math.min(2000, millis * 3 / 2);
    }
  }
}
