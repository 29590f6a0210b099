package io.holdfast.rest;

import io.holdfast.jobs.Jobs;
import io.holdfast.repositories.Registration;
import io.holdfast.repositories.Removal;
import io.holdfast.repositories.Repositories;
import io.holdfast.repositories.Repository;
import io.holdfast.repositories.RepositoryName;
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
import org.jspecify.annotations.Nullable;

/** Repositories: register, list, show, remove. */
@RequestScoped
@Path("repositories")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init") // filled by CDI and JAX-RS
public class RepositoriesResource {

  @Inject private Repositories repositories;
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

    static RepositoryView of(Repository repository) {
      return new RepositoryView(
          repository.name().value(),
          repository.gitUrl().redacted(),
          repository.branch() == null ? null : repository.branch().value(),
          repository.state().name(),
          repository.reason(),
          repository.owner(),
          repository.createdAt(),
          repository.readyAt());
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
          .entity(RepositoryView.of(registered.repository()))
          .build();
    }
    throw new ProblemException(
        Problem.Kind.ALREADY_EXISTS, "a repository called '" + request.name() + "' is registered");
  }

  @GET
  public RepositoriesView list() {
    Parameters.requireKnown(uri);
    return new RepositoriesView(repositories.list().stream().map(RepositoryView::of).toList());
  }

  @GET
  @Path("{name}")
  public RepositoryView show(@PathParam("name") String name) {
    return RepositoryView.of(
        repositories.find(named(name)).orElseThrow(RepositoriesResource::unknown));
  }

  @DELETE
  @Path("{name}")
  public Response remove(@PathParam("name") String name) {
    Removal outcome = repositories.remove(named(name), used -> jobs.usersOf(used.value()));
    if (outcome instanceof Removal.InUse inUse) {
      throw new ProblemException(Problem.Kind.IN_USE, "jobs that need it: " + inUse.jobs());
    }
    if (outcome instanceof Removal.NotFound) {
      throw unknown();
    }
    return Response.noContent().build();
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
