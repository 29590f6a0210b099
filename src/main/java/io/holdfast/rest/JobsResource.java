package io.holdfast.rest;

import io.holdfast.jobs.ActionOutcome;
import io.holdfast.jobs.ActionOutcome.Done;
import io.holdfast.jobs.ActionOutcome.WrongState;
import io.holdfast.jobs.AttemptRecord;
import io.holdfast.jobs.IdempotencyKey;
import io.holdfast.jobs.Job;
import io.holdfast.jobs.JobEvent;
import io.holdfast.jobs.JobOutputs;
import io.holdfast.jobs.JobQuery;
import io.holdfast.jobs.JobSettings;
import io.holdfast.jobs.JobSpec;
import io.holdfast.jobs.JobState;
import io.holdfast.jobs.Jobs;
import io.holdfast.jobs.SubmitOutcome;
import io.holdfast.jobs.SubmitOutcome.Accepted;
import io.holdfast.jobs.SubmitOutcome.Refused;
import io.holdfast.jobs.SubmitOutcome.Replayed;
import io.holdfast.jobs.Violation;
import io.holdfast.platform.Position;
import io.holdfast.platform.Sha256;
import io.holdfast.repositories.Lines;
import io.holdfast.repositories.Standing;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Jobs: submit, list, show, act. */
@RequestScoped
@Path("jobs")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init") // filled by CDI and JAX-RS
public class JobsResource {

  private static final int MAX_BATCH = 1000;
  private static final int MAX_ERRORS = 50;

  @Inject private Jobs jobs;
  @Inject private Lines lines;
  @Inject private JobOutputs outputs;
  @Inject private JobSettings settings;
  @Inject private StorageGuard storage;
  @Context private SecurityContext security;
  @Context private UriInfo uri;
  @Context private HttpHeaders headers;

  @POST
  public Response submit(
      SubmitRequest request, @HeaderParam("Idempotency-Key") @Nullable String key) {
    JobSpec spec = request.toSpec(settings.defaultTimeout());
    JobView view = views(submit(List.of(spec), idempotency(key, request), false)).get(0);
    return Response.created(uri.getBaseUriBuilder().path("jobs/{id}").build(view.id()))
        .entity(view)
        .build();
  }

  @POST
  @Path("batch")
  public Response submitMany(
      SubmitBatch batch, @HeaderParam("Idempotency-Key") @Nullable String key) {
    if (batch.jobs() == null || batch.jobs().isEmpty() || batch.jobs().size() > MAX_BATCH) {
      throw new ProblemException(
          Problem.Kind.INVALID_VALUE, "jobs must hold 1 to " + MAX_BATCH + " jobs");
    }
    List<JobSpec> specs =
        batch.jobs().stream().map(request -> request.toSpec(settings.defaultTimeout())).toList();
    List<JobView> views = views(submit(specs, idempotency(key, batch), true));
    return Response.status(Response.Status.CREATED).entity(new JobView.Submitted(views)).build();
  }

  private List<Job> submit(List<JobSpec> specs, @Nullable IdempotencyKey key, boolean many) {
    storage.requireSpace();
    SubmitOutcome outcome = jobs.submit(specs, caller(), key);
    if (outcome instanceof Accepted accepted) {
      return accepted.jobs();
    }
    if (outcome instanceof Replayed replayed) {
      if (replayed.jobs().isEmpty()) {
        throw new ProblemException(
            Problem.Kind.NOT_FOUND, "the jobs of this Idempotency-Key were deleted");
      }
      return replayed.jobs();
    }
    if (outcome instanceof Refused refused) {
      throw new ProblemException(refusal(refused, many));
    }
    throw new ProblemException(
        Problem.Kind.IDEMPOTENCY_KEY_REUSED, "another body came with this Idempotency-Key before");
  }

  private static Problem refusal(Refused refused, boolean many) {
    String prefix = many ? "jobs[" + refused.index() + "]." : "";
    List<Problem.FieldError> errors =
        refused.violations().stream()
            .limit(MAX_ERRORS)
            .map(
                violation -> new Problem.FieldError(prefix + violation.field(), violation.detail()))
            .toList();
    Violation first = refused.violations().get(0);
    Problem.Kind kind =
        switch (first.kind()) {
          case INVALID_VALUE -> Problem.Kind.INVALID_VALUE;
          case UNKNOWN_ENGINE -> Problem.Kind.UNKNOWN_ENGINE;
          case UNKNOWN_REPOSITORY -> Problem.Kind.UNKNOWN_REPOSITORY;
          case REPOSITORY_UNAVAILABLE -> Problem.Kind.REPOSITORY_UNAVAILABLE;
        };
    return Problem.of(kind, prefix + first.field() + ": " + first.detail(), errors);
  }

  private static @Nullable IdempotencyKey idempotency(@Nullable String key, Object request) {
    if (key == null) {
      return null;
    }
    if (key.isBlank() || key.length() > 255 || !key.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
      throw new ProblemException(
          Problem.Kind.INVALID_PARAMETER,
          "Idempotency-Key must be 1 to 255 printable ASCII characters");
    }
    return new IdempotencyKey(key, Sha256.of(Json.write(request)));
  }

  @GET
  public JobView.Page list(
      @QueryParam("state") @Nullable String state,
      @QueryParam("repository") @Nullable String repository,
      @QueryParam("owner") @Nullable String owner,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @DefaultValue("50") String limit) {
    Parameters.requireKnown(uri, "state", "repository", "owner", "cursor", "limit");
    int size = Parameters.limit(limit);
    JobQuery query =
        new JobQuery(
            state == null ? null : Parameters.oneOf("state", state, JobState.class),
            Parameters.text("repository", repository),
            Parameters.text("owner", owner),
            Cursor.position(cursor),
            size + 1);
    Slice<Job> page =
        Slice.of(
            jobs.list(query),
            size,
            last -> Cursor.ofPosition(new Position(last.createdAt(), last.id())));
    return new JobView.Page(views(page.items()), page.next());
  }

  @GET
  @Path("{id}")
  public JobView show(@PathParam("id") String id) {
    return view(job(id));
  }

  @DELETE
  @Path("{id}")
  public Response delete(@PathParam("id") String id) {
    done(jobs.delete(Parameters.jobId(id)));
    return Response.noContent().build();
  }

  @POST
  @Path("{id}/start")
  @Consumes(MediaType.WILDCARD)
  public JobView start(@PathParam("id") String id, byte[] body) throws IOException {
    requireNothing(body);
    return view(done(jobs.start(Parameters.jobId(id))));
  }

  @POST
  @Path("{id}/resume")
  @Consumes(MediaType.WILDCARD)
  public JobView resume(@PathParam("id") String id, byte[] body) throws IOException {
    requireNothing(body);
    return view(done(jobs.resume(Parameters.jobId(id))));
  }

  /** 202: a running job ends soon, its state tells when. */
  @POST
  @Path("{id}/cancel")
  @Consumes(MediaType.WILDCARD)
  public Response cancel(@PathParam("id") String id, byte[] body) throws IOException {
    requireNothing(body);
    return Response.accepted(view(done(jobs.cancel(Parameters.jobId(id))))).build();
  }

  @GET
  @Path("{id}/attempts")
  public AttemptsView attempts(@PathParam("id") String id) {
    return new AttemptsView(jobs.attempts(job(id).id()));
  }

  @GET
  @Path("{id}/events")
  public EventsView events(@PathParam("id") String id) {
    return new EventsView(jobs.events(job(id).id()));
  }

  /** An action has no parameters: no body, or an object without fields. */
  private void requireNothing(byte[] body) throws IOException {
    if (body.length > 0) {
      JsonProvider.requireJson(headers.getMediaType());
      Json.read(body, NoFields.class);
    }
  }

  record NoFields() {}

  record AttemptsView(List<AttemptRecord> attempts) {}

  record EventsView(List<JobEvent> events) {}

  private Job job(String id) {
    return jobs.find(Parameters.jobId(id)).orElseThrow(Parameters::noSuchJob);
  }

  private static Job done(ActionOutcome outcome) {
    if (outcome instanceof Done done) {
      return done.job();
    }
    if (outcome instanceof WrongState wrong) {
      throw new ProblemException(
          Problem.Kind.WRONG_STATE, "the job is " + wrong.job().state() + ": " + wrong.why());
    }
    throw Parameters.noSuchJob();
  }

  private JobView view(Job job) {
    return views(List.of(job)).get(0);
  }

  private List<JobView> views(List<Job> found) {
    Map<UUID, Long> positions = jobs.queuePositions(found);
    Map<UUID, Standing> standings =
        lines.standings(found.stream().filter(JobsResource::standsInLine).map(Job::id).toList());
    List<JobView> views = new ArrayList<>();
    for (Job job : found) {
      views.add(
          JobView.of(job, positions.get(job.id()), standings.get(job.id()), outputs.size(job)));
    }
    return views;
  }

  private static boolean standsInLine(Job job) {
    return job.state() == JobState.WAITING || job.state() == JobState.BATCHED;
  }

  private String caller() {
    return security.getUserPrincipal().getName();
  }
}
