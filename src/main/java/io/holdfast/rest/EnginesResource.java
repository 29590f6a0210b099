package io.holdfast.rest;

import io.holdfast.jobs.Engines;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;

/** The engines that jobs can name. */
@RequestScoped
@Path("engines")
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init") // filled by CDI and JAX-RS
public class EnginesResource {

  @Inject private Engines engines;
  @Context private UriInfo uri;

  record EnginesView(List<EngineView> engines) {}

  record EngineView(String name) {}

  @GET
  public EnginesView list() {
    Parameters.requireKnown(uri);
    return new EnginesView(engines.names().stream().sorted().map(EngineView::new).toList());
  }
}
