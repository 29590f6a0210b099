package io.holdfast.rest;

import io.holdfast.callbacks.Callbacks;
import io.holdfast.callbacks.Delivery;
import io.holdfast.callbacks.DeliveryState;
import io.holdfast.platform.Position;
import io.holdfast.rest.CallbackViews.DeliveryView;
import io.holdfast.rest.CallbackViews.OverviewView;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All deliveries, for administrators. */
@RequestScoped
@Path("admin/callbacks")
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init") // filled by CDI and JAX-RS
public class AdminCallbacksResource {

  @Inject private Callbacks callbacks;
  @Context private UriInfo uri;

  /** Newest first. */
  @GET
  public OverviewView list(
      @QueryParam("state") @Nullable String state,
      @QueryParam("job") @Nullable String job,
      @QueryParam("endpoint") @Nullable String endpoint,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @DefaultValue("50") String limit) {
    Parameters.requireKnown(uri, "state", "job", "endpoint", "cursor", "limit");
    int size = Parameters.limit(limit);
    List<Delivery> found =
        callbacks.list(
            new Delivery.Query(
                state == null ? null : Parameters.oneOf("state", state, DeliveryState.class),
                Parameters.uuid("job", job),
                Parameters.uuid("endpoint", endpoint),
                Cursor.position(cursor),
                size + 1));
    Slice<Delivery> page = Slice.of(found, size, AdminCallbacksResource::cursor);
    Delivery.Overview all = callbacks.overview();
    return new OverviewView(
        all.pending(),
        all.due(),
        all.inFlight(),
        all.failed(),
        all.oldestDue() == null
            ? null
            : Duration.between(all.oldestDue(), Instant.now()).toMillis() / 1000.0,
        page.map(DeliveryView::of),
        page.next());
  }

  private static String cursor(Delivery last) {
    return Cursor.ofPosition(new Position(last.createdAt(), last.id()));
  }
}
