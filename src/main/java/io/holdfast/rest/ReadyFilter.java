package io.holdfast.rest;

import io.holdfast.recovery.Readiness;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;

/**
 * Takes no work before the recovery is done. An administrator may look meanwhile: a start that is
 * blocked says why in its log.
 */
@Provider
@PreMatching
public class ReadyFilter implements ContainerRequestFilter {

  @Inject private Readiness readiness;

  @Override
  public void filter(ContainerRequestContext request) {
    if (!readiness.isReady()
        && !request.getUriInfo().getPath().replaceFirst("^/", "").startsWith("admin/")) {
      request.abortWith(ProblemMapper.notReady(readiness.status().text()));
    }
  }
}
