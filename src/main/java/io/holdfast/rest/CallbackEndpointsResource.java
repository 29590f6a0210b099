package io.holdfast.rest;

import io.holdfast.callbacks.Callbacks;
import io.holdfast.callbacks.Callbacks.Registration.Refused;
import io.holdfast.callbacks.Callbacks.Registration.Registered;
import io.holdfast.callbacks.Endpoint;
import io.holdfast.callbacks.Objection;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.rest.CallbackViews.EndpointView;
import io.holdfast.rest.CallbackViews.EndpointsView;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Standing endpoints: register, list, show, remove, test, rotate secrets, enable again. */
@RequestScoped
@Path("callback-endpoints")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init") // filled by CDI and JAX-RS
public class CallbackEndpointsResource {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  @Inject private Callbacks callbacks;
  @Context private SecurityContext security;
  @Context private UriInfo uri;

  record EndpointRequest(
      @Nullable String name,
      @Nullable String repository,
      @Nullable String url,
      @Nullable List<String> events,
      @Nullable Map<String, String> headers,
      @Nullable String secret,
      @Nullable List<String> secrets) {

    CallbackRequest callback() {
      return new CallbackRequest(url, events, headers, secret, secrets);
    }

    /** Without what is secret. */
    @Override
    public String toString() {
      return "EndpointRequest[" + name + "]";
    }
  }

  record SecretsRequest(@Nullable List<String> secrets) {

    /** Without what is secret. */
    @Override
    public String toString() {
      return "SecretsRequest";
    }
  }

  @POST
  public Response register(EndpointRequest request) {
    if (request.name() == null || !NAME.matcher(request.name()).matches()) {
      throw ProblemException.invalid(
          "name", "must be letters, digits and . _ -, 1 to 63, a letter or digit first");
    }
    if (request.repository() != null) {
      RepositoryName.objection(request.repository())
          .ifPresent(
              why -> {
                throw ProblemException.invalid("repository", why);
              });
    }
    Callbacks.Registration outcome =
        callbacks.register(
            security.getUserPrincipal().getName(),
            request.name(),
            request.repository(),
            request.callback().toTarget(""));
    if (outcome instanceof Refused refused) {
      throw refused(refused.objections());
    }
    if (outcome instanceof Registered registered) {
      Endpoint endpoint = registered.endpoint();
      return Response.created(uri.getAbsolutePathBuilder().path("{id}").build(endpoint.id()))
          .entity(EndpointView.of(endpoint))
          .build();
    }
    throw new ProblemException(
        Problem.Kind.ALREADY_EXISTS, "you have an endpoint called '" + request.name() + "'");
  }

  @GET
  public EndpointsView list() {
    Parameters.requireKnown(uri);
    return new EndpointsView(callbacks.endpoints().stream().map(EndpointView::of).toList());
  }

  @GET
  @Path("{id}")
  public EndpointView show(@PathParam("id") String id) {
    return EndpointView.of(
        callbacks
            .endpoint(Parameters.id(id, "endpoint"))
            .orElseThrow(() -> Parameters.noSuch("endpoint")));
  }

  @DELETE
  @Path("{id}")
  public Response remove(@PathParam("id") String id) {
    if (!callbacks.remove(Parameters.id(id, "endpoint"))) {
      throw Parameters.noSuch("endpoint");
    }
    return Response.noContent().build();
  }

  /** 202: the delivery tells what came of it. */
  @POST
  @Path("{id}/ping")
  @Consumes(MediaType.WILDCARD)
  public Response ping(@PathParam("id") String id) {
    UUID delivery =
        callbacks
            .ping(Parameters.id(id, "endpoint"))
            .orElseThrow(() -> Parameters.noSuch("endpoint"));
    return Response.accepted(new CallbackViews.PingView(delivery)).build();
  }

  @POST
  @Path("{id}/enable")
  @Consumes(MediaType.WILDCARD)
  public EndpointView enable(@PathParam("id") String id) {
    callbacks.enable(Parameters.id(id, "endpoint"));
    return show(id);
  }

  @PUT
  @Path("{id}/secrets")
  public EndpointView renew(@PathParam("id") String id, SecretsRequest request) {
    if (request.secrets() == null) {
      throw ProblemException.invalid("secrets", "is missing");
    }
    List<Objection> objections =
        callbacks.renewSecrets(Parameters.id(id, "endpoint"), request.secrets());
    if (!objections.isEmpty()) {
      throw refused(objections);
    }
    return show(id);
  }

  private static ProblemException refused(List<Objection> objections) {
    Objection first = objections.get(0);
    return new ProblemException(
        Problem.of(
            Problem.Kind.INVALID_VALUE,
            first.field() + ": " + first.detail(),
            objections.stream()
                .map(each -> new Problem.FieldError(each.field(), each.detail()))
                .toList()));
  }
}
