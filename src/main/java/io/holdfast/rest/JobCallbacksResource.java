package io.holdfast.rest;

import io.holdfast.callbacks.Callbacks;
import io.holdfast.callbacks.Delivery;
import io.holdfast.jobs.Jobs;
import io.holdfast.rest.CallbackViews.DeliveriesView;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;

/** What is or was told of a job. */
@RequestScoped
@Path("jobs/{id}/callbacks")
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init") // filled by CDI
public class JobCallbacksResource {

  private static final int MOST = 500;

  @Inject private Jobs jobs;
  @Inject private Callbacks callbacks;

  /** Newest first, the last 500. */
  @GET
  public DeliveriesView list(@PathParam("id") String id) {
    UUID job = jobs.find(Parameters.jobId(id)).orElseThrow(Parameters::noSuchJob).id();
    return DeliveriesView.of(callbacks.list(new Delivery.Query(null, job, null, null, MOST)));
  }
}
