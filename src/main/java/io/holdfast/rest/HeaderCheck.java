package io.holdfast.rest;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;

/**
 * Reads the headers that choose what is answered, so that one that cannot be read is the client's
 * mistake: the server's JAX-RS would fail on it in its own way.
 */
@Provider
@PreMatching
public class HeaderCheck implements ContainerRequestFilter {

  @Override
  public void filter(ContainerRequestContext request) {
    check("Accept", () -> request.getAcceptableMediaTypes().forEach(HeaderCheck::weight));
    check("Accept-Language", request::getAcceptableLanguages);
    check("Content-Type", request::getMediaType);
  }

  /** Throws if it is no number. */
  private static void weight(MediaType accepted) {
    Float.parseFloat(accepted.getParameters().getOrDefault("q", "1"));
  }

  private static void check(String header, Runnable reading) {
    try {
      reading.run();
    } catch (WebApplicationException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ProblemException(
          Problem.Kind.INVALID_PARAMETER, header + " cannot be read: " + e.getMessage());
    }
  }
}
