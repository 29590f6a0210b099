package io.holdfast.rest;

import io.holdfast.callbacks.Callbacks;
import io.holdfast.callbacks.Delivery;
import io.holdfast.rest.CallbackViews.DeliveryAttemptView;
import io.holdfast.rest.CallbackViews.DeliveryDetail;
import io.holdfast.rest.CallbackViews.DeliveryView;
import io.holdfast.rest.CallbackViews.RedeliveredView;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Deliveries: show with every try, deliver again. */
@RequestScoped
@Path("callbacks")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@SuppressWarnings("NullAway.Init") // filled by CDI and JAX-RS
public class CallbacksResource {

  @Inject private Callbacks callbacks;
  @Context private UriInfo uri;

  @GET
  @Path("{id}")
  public DeliveryDetail show(@PathParam("id") String id) {
    Delivery delivery = delivery(Parameters.id(id, "delivery"));
    return new DeliveryDetail(
        DeliveryView.of(delivery),
        callbacks.tries(delivery.id()).stream().map(DeliveryAttemptView::of).toList());
  }

  /** 202: it is due now, with the whole schedule before it. */
  @POST
  @Path("{id}/redeliver")
  public Response redeliver(@PathParam("id") String id) {
    Delivery delivery = delivery(Parameters.id(id, "delivery"));
    if (!callbacks.redeliver(delivery.id())) {
      throw new ProblemException(
          Problem.Kind.WRONG_STATE,
          "the delivery is being sent, or its target is disabled or was deleted");
    }
    return Response.accepted(DeliveryView.of(delivery(delivery.id()))).build();
  }

  /** All that failed since then. */
  @POST
  @Path("redeliver")
  public Response redeliverAll(
      @QueryParam("state") @Nullable String state, @QueryParam("since") @Nullable String since) {
    Parameters.requireKnown(uri, "state", "since");
    if (!"failed".equalsIgnoreCase(state)) {
      throw new ProblemException(Problem.Kind.INVALID_PARAMETER, "state must be failed");
    }
    Instant from = since == null ? Instant.EPOCH : Parameters.instant("since", since);
    return Response.accepted(new RedeliveredView(callbacks.redeliverFailed(from))).build();
  }

  private Delivery delivery(UUID id) {
    return callbacks.find(id).orElseThrow(() -> Parameters.noSuch("delivery"));
  }
}
