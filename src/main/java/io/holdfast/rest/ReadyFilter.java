package io.holdfast.rest;

import io.holdfast.recovery.Readiness;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;

/** Takes no request before the recovery is done. */
@Provider
@PreMatching
public class ReadyFilter implements ContainerRequestFilter {

  @Inject private Readiness readiness;

  @Override
  public void filter(ContainerRequestContext request) {
    if (!readiness.isReady()) {
      request.abortWith(ProblemMapper.notReady(readiness.status().text()));
    }
  }
}
