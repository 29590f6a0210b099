package io.holdfast.rest;

import io.holdfast.jobs.Job;
import io.holdfast.jobs.JobOutputs;
import io.holdfast.jobs.Jobs;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a job printed: as bytes, whole or in part, and live. */
@RequestScoped
@Path("jobs/{id}/output")
@SuppressWarnings("NullAway.Init") // filled by CDI and JAX-RS
public class OutputResource {

  private static final String BYTES = "text/plain; charset=utf-8";
  private static final int BUFFER = 64 * 1024;

  @Inject private Jobs jobs;
  @Inject private JobOutputs outputs;
  @Inject private Followers followers;
  @Context private UriInfo uri;

  /**
   * The bytes so far. {@code Range: bytes=a-b} gives a part with 206; {@code offset} gives the rest
   * from there with 200, empty at the very end.
   */
  @GET
  @Produces({MediaType.TEXT_PLAIN, MediaType.WILDCARD})
  public Response output(
      @PathParam("id") String id,
      @QueryParam("offset") @Nullable String offset,
      @QueryParam("attempt") @Nullable String attempt,
      @HeaderParam("Range") @Nullable String range) {
    Parameters.requireKnown(uri, "offset", "attempt");
    Optional<JobOutputs.Output> printed = printed(job(id), attemptNumber(attempt));
    long size = printed.map(JobOutputs.Output::size).orElse(0L);
    if (offset != null) {
      long from = Parameters.whole("offset", offset, 0, Long.MAX_VALUE);
      return from > size
          ? notSatisfiable(size)
          : send(printed, from, size - from, Response.ok()).build();
    }
    Optional<ByteRange> part = range == null ? Optional.empty() : ByteRange.parse(range);
    if (part.isEmpty()) {
      return send(printed, 0, size, Response.ok()).build();
    }
    Optional<ByteRange.Part> found = part.get().within(size);
    return found.isEmpty()
        ? notSatisfiable(size)
        : send(printed, found.get().first(), found.get().length(), Response.status(206))
            .header(
                "Content-Range",
                "bytes " + found.get().first() + "-" + found.get().last() + "/" + size)
            .build();
  }

  /**
   * Live: every byte from the offset named by Last-Event-ID or {@code offset}, until the attempt
   * ends.
   */
  @GET
  @Path("stream")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void stream(
      @PathParam("id") String id,
      @QueryParam("offset") @Nullable String offset,
      @QueryParam("attempt") @Nullable String attempt,
      @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
      @Suspended AsyncResponse response) {
    Parameters.requireKnown(uri, "offset", "attempt");
    long start =
        lastEventId == null || lastEventId.isEmpty()
            ? Parameters.whole("offset", offset == null ? "0" : offset, 0, Long.MAX_VALUE)
            : Parameters.whole("Last-Event-ID", lastEventId, 0, Long.MAX_VALUE);
    Job job = job(id);
    Integer number = attemptNumber(attempt);
    long size = printed(job, number).map(JobOutputs.Output::size).orElse(0L);
    if (start > size) {
      throw new ProblemException(tooFar(size));
    }
    followers.follow(job, number, start, response);
  }

  /** Empty if nothing was launched yet. */
  private Optional<JobOutputs.Output> printed(Job job, @Nullable Integer attempt) {
    Optional<JobOutputs.Output> printed = outputs.of(job.id(), attempt);
    if (attempt != null && printed.isEmpty()) {
      throw new ProblemException(
          Problem.Kind.NOT_FOUND, "the job has no output of an attempt " + attempt);
    }
    return printed;
  }

  private Job job(String id) {
    return jobs.find(Parameters.jobId(id)).orElseThrow(Parameters::noSuchJob);
  }

  private static @Nullable Integer attemptNumber(@Nullable String attempt) {
    return attempt == null ? null : Parameters.integer("attempt", attempt, 1, Integer.MAX_VALUE);
  }

  private static Response notSatisfiable(long size) {
    return Response.fromResponse(ProblemMapper.respond(tooFar(size)))
        .header("Content-Range", "bytes */" + size)
        .build();
  }

  private static Problem tooFar(long size) {
    return Problem.of(Problem.Kind.RANGE_NOT_SATISFIABLE, "the output has " + size + " bytes");
  }

  private Response.ResponseBuilder send(
      Optional<JobOutputs.Output> printed,
      long from,
      long length,
      Response.ResponseBuilder response) {
    StreamingOutput body = out -> copy(printed, from, length, out);
    return response
        .entity(body)
        .type(BYTES)
        .header("Content-Length", length)
        .header("Accept-Ranges", "bytes")
        .header("Cache-Control", "no-store");
  }

  /** Exactly {@code length} bytes, through one small buffer whatever the size. */
  private static void copy(
      Optional<JobOutputs.Output> printed, long from, long length, OutputStream out)
      throws IOException {
    Optional<SeekableByteChannel> open =
        printed.isEmpty() ? Optional.empty() : printed.get().open();
    if (open.isEmpty()) {
      return;
    }
    try (SeekableByteChannel channel = open.get().position(from)) {
      byte[] bytes = new byte[BUFFER];
      for (long left = length; left > 0; ) {
        int read = channel.read(ByteBuffer.wrap(bytes, 0, (int) Math.min(left, BUFFER)));
        if (read < 0) {
          throw new IOException("the output file became shorter");
        }
        out.write(bytes, 0, read);
        left -= read;
      }
    }
  }
}
