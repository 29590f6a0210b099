package io.holdfast.rest;

import io.holdfast.jobs.Job;
import io.holdfast.jobs.JobOutputs;
import io.holdfast.jobs.Jobs;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Live followers of output. Each has a thread that reads the attempt's file and waits for the
 * client: a slow client slows nobody but itself, and no output is ever held in memory beyond one
 * chunk.
 */
public final class Followers {

  private static final Logger LOG = System.getLogger(Followers.class.getName());
  private static final int CHUNK = 64 * 1024;
  private static final long LOOK_MILLIS = 50;
  private static final long STATE_MILLIS = 500;
  private static final long SEND_SECONDS = 60;

  private final Jobs jobs;
  private final JobOutputs outputs;
  private final HttpSettings settings;
  private final ExecutorService threads;
  private final Semaphore places;
  private volatile boolean stopped;

  public Followers(Jobs jobs, JobOutputs outputs, HttpSettings settings, ExecutorService threads) {
    this.jobs = jobs;
    this.outputs = outputs;
    this.settings = settings;
    this.threads = threads;
    this.places = new Semaphore(settings.maxFollowers());
  }

  /**
   * Streams until the attempt ends, the client leaves or the server stops; a client resumes by the
   * last event's id.
   */
  void follow(Job job, @Nullable Integer attempt, long start, SseEventSink sink, Sse sse) {
    if (!places.tryAcquire()) {
      throw new ProblemException(
          Problem.Kind.NOT_READY,
          "all "
              + settings.maxFollowers()
              + " live streams are taken (holdfast.http.max-followers)");
    }
    threads.execute(
        () -> {
          try (SseEventSink closing = sink) {
            new Stream(job.id(), attempt, start, closing, sse).run();
          } catch (IOException | UncheckedIOException | ExecutionException | TimeoutException e) {
            LOG.log(Level.DEBUG, "a follower of job " + job.id() + " is gone", e);
          } catch (RuntimeException e) {
            LOG.log(
                Level.WARNING,
                "a follower of job " + job.id() + " was cut off; it may reconnect",
                e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            places.release();
          }
        });
  }

  public void stop() {
    stopped = true;
  }

  /** The data of an end event. */
  record End(String state, @Nullable Integer exitCode, long outputBytes) {}

  private final class Stream {
    private final UUID job;
    private final @Nullable Integer attempt;
    private final SseEventSink sink;
    private final Sse sse;
    private long position;

    Stream(UUID job, @Nullable Integer attempt, long start, SseEventSink sink, Sse sse) {
      this.job = job;
      this.attempt = attempt;
      this.position = start;
      this.sink = sink;
      this.sse = sse;
    }

    void run() throws IOException, InterruptedException, ExecutionException, TimeoutException {
      send(sse.newEventBuilder().comment("following").build());
      JobOutputs.@Nullable Output output = awaitLaunch();
      if (output != null) {
        followFile(output);
      }
    }

    /** Null if the job ended, or the client left, before there was an attempt to follow. */
    private JobOutputs.@Nullable Output awaitLaunch()
        throws InterruptedException, ExecutionException, TimeoutException {
      Silence silence = new Silence();
      while (!stopped && !sink.isClosed()) {
        Optional<Job> now = jobs.find(job);
        Optional<JobOutputs.Output> output = outputs.of(job, attempt);
        if (output.isPresent()
            && (attempt != null || now.isEmpty() || current(now.get(), output.get()))) {
          return output.get();
        }
        if (now.isEmpty() || now.get().state().isTerminal()) {
          end(now);
          return null;
        }
        silence.heartbeat();
        Thread.sleep(LOOK_MILLIS);
      }
      return null;
    }

    /** A queued job that was lost before is not yet at the attempt that will be followed. */
    private boolean current(Job now, JobOutputs.Output output) {
      return now.state().isTerminal()
          || (now.attempt() == output.attempt() && now.session() != null);
    }

    private void followFile(JobOutputs.Output output)
        throws IOException, InterruptedException, ExecutionException, TimeoutException {
      Silence silence = new Silence();
      long asked = 0;
      boolean ended = false;
      while (!stopped && !sink.isClosed()) {
        if (sendNew(output)) {
          silence = new Silence();
          continue;
        }
        if (ended) {
          end(jobs.find(job));
          return;
        }
        long now = System.nanoTime();
        if (now - asked > TimeUnit.MILLISECONDS.toNanos(STATE_MILLIS) || asked == 0) {
          asked = now;
          ended = isOver(output); // and then once more for what was printed before the end
          if (ended) {
            continue;
          }
        }
        silence.heartbeat();
        Thread.sleep(LOOK_MILLIS);
      }
    }

    private boolean isOver(JobOutputs.Output output) {
      return jobs.find(job)
          .map(
              now ->
                  now.state().isTerminal()
                      || now.attempt() != output.attempt()
                      || now.session() == null)
          .orElse(true);
    }

    private boolean sendNew(JobOutputs.Output output)
        throws IOException, InterruptedException, ExecutionException, TimeoutException {
      if (output.size() <= position) {
        return false;
      }
      Optional<SeekableByteChannel> open = output.open();
      if (open.isEmpty()) {
        return false;
      }
      try (SeekableByteChannel channel = open.get().position(position)) {
        byte[] buffer = new byte[CHUNK];
        int read = channel.read(ByteBuffer.wrap(buffer));
        if (read <= 0) {
          return false;
        }
        OutputChunk chunk = OutputChunk.of(Arrays.copyOf(buffer, read));
        position += chunk.length();
        send(chunk.eventName(), chunk.data());
        return true;
      }
    }

    private void end(Optional<Job> last)
        throws InterruptedException, ExecutionException, TimeoutException {
      End end =
          last.map(job -> new End(job.state().name(), job.exitCode(), position))
              .orElseGet(() -> new End("DELETED", null, position));
      send("end", Json.write(end));
    }

    private void send(String name, String data)
        throws InterruptedException, ExecutionException, TimeoutException {
      send(
          sse.newEventBuilder()
              .name(name)
              .id(String.valueOf(position))
              .mediaType(MediaType.TEXT_PLAIN_TYPE)
              .data(String.class, data)
              .build());
    }

    /** Waits until the client has taken it. */
    private void send(OutboundSseEvent event)
        throws InterruptedException, ExecutionException, TimeoutException {
      sink.send(event).toCompletableFuture().get(SEND_SECONDS, TimeUnit.SECONDS);
    }

    /** Time since something was sent. */
    private final class Silence {
      private long since = System.nanoTime();

      void heartbeat() throws InterruptedException, ExecutionException, TimeoutException {
        if (System.nanoTime() - since > settings.heartbeat().toNanos()) {
          send(sse.newEventBuilder().comment("heartbeat").build());
          since = System.nanoTime();
        }
      }
    }
  }
}
