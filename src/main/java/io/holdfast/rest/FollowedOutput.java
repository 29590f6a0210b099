package io.holdfast.rest;

import io.holdfast.jobs.Job;
import io.holdfast.jobs.JobOutputs;
import io.holdfast.jobs.Jobs;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One attempt's output as events, from one byte on, until the attempt ends. */
final class FollowedOutput {

  private static final int CHUNK = 64 * 1024;
  private static final long LOOK_MILLIS = 50;
  private static final long STATE_NANOS = 500_000_000;

  private final Jobs jobs;
  private final JobOutputs outputs;
  private final Duration heartbeat;
  private final BooleanSupplier stopped;
  private final UUID job;
  private final @Nullable Integer attempt;
  private final Events events;
  private long position;
  private long sentAt;

  FollowedOutput(
      Jobs jobs,
      JobOutputs outputs,
      Duration heartbeat,
      BooleanSupplier stopped,
      UUID job,
      @Nullable Integer attempt,
      long start,
      Events events) {
    this.jobs = jobs;
    this.outputs = outputs;
    this.heartbeat = heartbeat;
    this.stopped = stopped;
    this.job = job;
    this.attempt = attempt;
    this.position = start;
    this.events = events;
  }

  /** The data of an attempt event. */
  record Attempt(int attempt, UUID sessionId) {}

  /**
   * The data of an end event.
   *
   * @param attempt the job's attempt now; a later one than was followed has output of its own
   */
  record End(
      String state, @Nullable Integer exitCode, long outputBytes, @Nullable Integer attempt) {}

  /**
   * Returns at the end of the attempt, or when the server stops; throws when the client is gone.
   */
  void run() throws IOException {
    comment("following");
    JobOutputs.Output output = awaitLaunch();
    if (output != null) {
      events.event(
          "attempt", position, Json.write(new Attempt(output.attempt(), output.session())));
      followFile(output);
    }
  }

  /** Null if the job ended before there was an attempt to follow. */
  private JobOutputs.@Nullable Output awaitLaunch() throws IOException {
    while (!stopped.getAsBoolean()) {
      Optional<Job> now = jobs.find(job);
      Optional<JobOutputs.Output> output = outputs.of(job, attempt);
      if (output.isPresent()
          && (attempt != null || now.map(seen -> isCurrent(seen, output.get())).orElse(true))) {
        return output.get();
      }
      if (now.isEmpty() || now.get().state().isTerminal()) {
        end(now);
        return null;
      }
      pause();
    }
    return null;
  }

  /** A job that was lost and queued again is not yet at the attempt that will be followed. */
  private static boolean isCurrent(Job now, JobOutputs.Output output) {
    return now.state().isTerminal() || output.session().equals(now.session());
  }

  private void followFile(JobOutputs.Output output) throws IOException {
    long askedAt = System.nanoTime() - STATE_NANOS;
    boolean ended = false;
    while (!stopped.getAsBoolean()) {
      if (sendNew(output)) {
        continue;
      }
      if (ended) {
        end(jobs.find(job));
        return;
      }
      if (System.nanoTime() - askedAt >= STATE_NANOS) {
        askedAt = System.nanoTime();
        ended = isOver(output); // then once more for what was printed before the end
      }
      if (!ended) {
        pause();
      }
    }
  }

  private boolean isOver(JobOutputs.Output output) {
    return jobs.find(job)
        .map(now -> now.state().isTerminal() || !output.session().equals(now.session()))
        .orElse(true);
  }

  private boolean sendNew(JobOutputs.Output output) throws IOException {
    if (output.size() <= position) {
      return false;
    }
    Optional<SeekableByteChannel> open = output.open();
    if (open.isEmpty()) {
      return false;
    }
    try (SeekableByteChannel channel = open.get().position(position)) {
      byte[] buffer = new byte[CHUNK];
      for (int read = channel.read(ByteBuffer.wrap(buffer));
          read > 0 && !stopped.getAsBoolean();
          read = channel.position(position).read(ByteBuffer.wrap(buffer))) {
        OutputChunk chunk = OutputChunk.of(Arrays.copyOf(buffer, read));
        position += chunk.length();
        events.event(chunk.eventName(), position, chunk.data());
        sentAt = System.nanoTime();
      }
      return true;
    }
  }

  private void end(Optional<Job> last) throws IOException {
    End end =
        last.map(now -> new End(now.state().name(), now.exitCode(), position, now.attempt()))
            .orElseGet(() -> new End("DELETED", null, position, null));
    events.event("end", position, Json.write(end));
  }

  private void comment(String text) throws IOException {
    events.comment(text);
    sentAt = System.nanoTime();
  }

  private void pause() throws IOException {
    if (System.nanoTime() - sentAt > heartbeat.toNanos()) {
      comment("heartbeat");
    }
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server stops");
    }
  }
}
