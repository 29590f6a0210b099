package io.holdfast.rest;

import io.holdfast.jobs.Jobs;
import io.holdfast.repositories.Line;
import io.holdfast.repositories.Lines;
import io.holdfast.repositories.Place;
import io.holdfast.repositories.Registration;
import io.holdfast.repositories.Removal;
import io.holdfast.repositories.Repositories;
import io.holdfast.repositories.Repository;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.repositories.RepositoryState;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Repositories: register, list, show, remove. */
@RequestScoped
@Path("repositories")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init") // filled by CDI and JAX-RS
public class RepositoriesResource {

  private static final int FIRST_IN_LINE = 100;
  private static final int NAMED_USERS = 20;

  @Inject private Repositories repositories;
  @Inject private Lines lines;
  @Inject private Jobs jobs;
  @Inject private StorageGuard storage;
  @Context private SecurityContext security;
  @Context private UriInfo uri;

  record RegisterRequest(@Nullable String name, @Nullable String gitUrl, @Nullable String branch) {}

  record RepositoriesView(List<RepositoryView> repositories) {}

  /** Credentials in the URL are not shown. */
  record RepositoryView(
      String name,
      String gitUrl,
      @Nullable String branch,
      String state,
      @Nullable String reason,
      String owner,
      Instant createdAt,
      @Nullable Instant readyAt) {

    /**
     * @param objection why no job can use it, though its clone may be all right
     */
    static RepositoryView of(Repository repository, @Nullable String objection) {
      boolean objected = objection != null && repository.reason() == null;
      return new RepositoryView(
          repository.name().value(),
          repository.gitUrl().redacted(),
          repository.branch() == null ? null : repository.branch().value(),
          objected ? RepositoryState.UNAVAILABLE.name() : repository.state().name(),
          objected ? objection : repository.reason(),
          repository.owner(),
          repository.createdAt(),
          repository.readyAt());
    }
  }

  /** With who has it, who prepares it and who stands in line for it. */
  record RepositoryDetails(
      String name,
      String gitUrl,
      @Nullable String branch,
      String state,
      @Nullable String reason,
      String owner,
      Instant createdAt,
      @Nullable Instant readyAt,
      @Nullable LockView lock,
      @Nullable BatchView batch,
      WaitingQueue waitingQueue) {

    static RepositoryDetails of(RepositoryView view, Line line) {
      return new RepositoryDetails(
          view.name,
          view.gitUrl,
          view.branch,
          view.state,
          view.reason,
          view.owner,
          view.createdAt,
          view.readyAt,
          line.lock().map(LockView::of).orElse(null),
          line.batch().map(BatchView::of).orElse(null),
          WaitingQueue.of(line));
    }
  }

  /** A line and its first places; the next page is asked of the administrator's list. */
  record WaitingQueue(long length, List<PlaceView> jobs, @Nullable String nextCursor) {

    static WaitingQueue of(Line line) {
      Slice<Place> page = Slice.of(line.places(), FIRST_IN_LINE, PlaceView::cursor);
      return new WaitingQueue(line.length(), page.map(PlaceView::of), page.next());
    }
  }

  /** 201 at once; the clone follows in the background, its state tells when. */
  @POST
  public Response register(RegisterRequest request) {
    if (request.name() == null || request.gitUrl() == null) {
      throw new ProblemException(Problem.Kind.INVALID_VALUE, "name and git_url are needed");
    }
    storage.requireSpace();
    Registration outcome =
        repositories.register(
            request.name(),
            request.gitUrl(),
            request.branch(),
            security.getUserPrincipal().getName());
    if (outcome instanceof Registration.Refused refused) {
      throw new ProblemException(Problem.Kind.INVALID_VALUE, refused.reason());
    }
    if (outcome instanceof Registration.Registered registered) {
      return Response.created(uri.getAbsolutePathBuilder().path("{name}").build(request.name()))
          .entity(RepositoryView.of(registered.repository(), null))
          .build();
    }
    throw new ProblemException(
        Problem.Kind.ALREADY_EXISTS, "a repository called '" + request.name() + "' is registered");
  }

  @GET
  public RepositoriesView list() {
    Parameters.requireKnown(uri);
    Map<RepositoryName, String> objections = lines.objections();
    return new RepositoriesView(
        repositories.list().stream()
            .map(found -> RepositoryView.of(found, objections.get(found.name())))
            .toList());
  }

  @GET
  @Path("{name}")
  public RepositoryDetails show(@PathParam("name") String name) {
    Repository found = repositories.find(named(name)).orElseThrow(RepositoriesResource::unknown);
    return RepositoryDetails.of(
        RepositoryView.of(found, lines.objection(found.name()).orElse(null)),
        lines.line(found.name(), FIRST_IN_LINE + 1));
  }

  @DELETE
  @Path("{name}")
  public Response remove(@PathParam("name") String name) {
    Removal outcome = repositories.remove(named(name), used -> jobs.usersOf(used.value()));
    if (outcome instanceof Removal.InUse inUse) {
      throw new ProblemException(Problem.Kind.IN_USE, users(inUse.jobs()));
    }
    if (outcome instanceof Removal.NotFound) {
      throw unknown();
    }
    return Response.noContent().build();
  }

  private static String users(List<UUID> jobs) {
    int more = jobs.size() - NAMED_USERS;
    return "jobs that need it: "
        + jobs.subList(0, Math.min(jobs.size(), NAMED_USERS))
        + (more > 0 ? " and " + more + " more" : "");
  }

  private static RepositoryName named(String name) {
    if (RepositoryName.objection(name).isPresent()) {
      throw unknown();
    }
    return new RepositoryName(name);
  }

  private static ProblemException unknown() {
    return new ProblemException(Problem.Kind.NOT_FOUND, "there is no repository of this name");
  }
}
