package io.holdfast.rest;

import io.holdfast.jobs.Job;
import io.holdfast.jobs.JobOutputs;
import io.holdfast.jobs.Jobs;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Live followers of output. Each has a thread that reads the attempt's file and waits for the
 * client: a slow client slows nobody but itself, and no output is ever held in memory beyond one
 * chunk.
 */
public final class Followers {

  private static final Logger LOG = System.getLogger(Followers.class.getName());

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
  void follow(Job job, @Nullable Integer attempt, long start, AsyncResponse response) {
    if (!places.tryAcquire()) {
      throw new ProblemException(
          Problem.Kind.NOT_READY,
          "all "
              + settings.maxFollowers()
              + " live streams are taken (holdfast.http.max-followers)");
    }
    StreamingOutput body =
        out ->
            new FollowedOutput(
                    jobs,
                    outputs,
                    settings.heartbeat(),
                    () -> stopped,
                    job.id(),
                    attempt,
                    start,
                    new Events(out))
                .run();
    try {
      threads.execute(() -> answer(job, response, body));
    } catch (RejectedExecutionException e) {
      places.release();
      throw new ProblemException(Problem.Kind.NOT_READY, "the server stops");
    }
  }

  private void answer(Job job, AsyncResponse response, StreamingOutput body) {
    try {
      response.resume(
          Response.ok(body, MediaType.SERVER_SENT_EVENTS_TYPE)
              .header(HttpHeaders.CACHE_CONTROL, "no-store")
              .header("X-Accel-Buffering", "no")
              .build());
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "a follower of job " + job.id() + " is gone", e);
    } finally {
      places.release();
    }
  }

  public void stop() {
    stopped = true;
  }
}
