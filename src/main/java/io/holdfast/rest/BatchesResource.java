package io.holdfast.rest;

import io.holdfast.jobs.BatchMember;
import io.holdfast.jobs.Jobs;
import io.holdfast.platform.Position;
import io.holdfast.repositories.Batch;
import io.holdfast.repositories.BatchQuery;
import io.holdfast.repositories.Lines;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Preparations that several jobs share. */
@RequestScoped
@Path("batches")
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init") // filled by CDI and JAX-RS
public class BatchesResource {

  @Inject private Lines lines;
  @Inject private Jobs jobs;
  @Context private UriInfo uri;

  record BatchDetails(BatchView batch, List<MemberView> jobs, @Nullable String nextCursor) {}

  record MemberView(UUID job, @Nullable String title, String owner, String state, int attempt) {

    static MemberView of(BatchMember member) {
      return new MemberView(
          member.job(), member.title(), member.owner(), member.state().name(), member.attempt());
    }
  }

  @GET
  public BatchView.Page list(
      @QueryParam("repository") @Nullable String repository,
      @QueryParam("phase") @Nullable String phase,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @DefaultValue("50") String limit) {
    Parameters.requireKnown(uri, "repository", "phase", "cursor", "limit");
    int size = Parameters.limit(limit);
    BatchQuery query =
        new BatchQuery(
            Parameters.repository(repository),
            phase == null ? null : Parameters.oneOf("phase", phase, Batch.Phase.class),
            Cursor.position(cursor),
            size + 1);
    Slice<Batch> page = Slice.of(lines.batches(query), size, BatchesResource::cursor);
    return new BatchView.Page(page.map(BatchView::of), page.next());
  }

  private static String cursor(Batch last) {
    return Cursor.ofPosition(new Position(last.createdAt(), last.id()));
  }

  /** With a page of its jobs, in their order. */
  @GET
  @Path("{id}")
  public BatchDetails show(
      @PathParam("id") String id,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @DefaultValue("50") String limit) {
    Parameters.requireKnown(uri, "cursor", "limit");
    int size = Parameters.limit(limit);
    long after = Cursor.number(cursor);
    Batch batch = Parameters.id(id).flatMap(lines::batch).orElseThrow(BatchesResource::noSuchBatch);
    Slice<BatchMember> page =
        Slice.of(
            jobs.members(batch.id(), after, size + 1), size, last -> Cursor.ofNumber(last.seq()));
    return new BatchDetails(BatchView.of(batch), page.map(MemberView::of), page.next());
  }

  private static ProblemException noSuchBatch() {
    return new ProblemException(Problem.Kind.NOT_FOUND, "there is no batch with this id");
  }
}
