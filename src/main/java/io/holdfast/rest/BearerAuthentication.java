package io.holdfast.rest;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStoreHandler;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Bearer tokens (RFC 6750). A request without a valid one gets a problem, and never learns which
 * part was wrong.
 */
@ApplicationScoped
public class BearerAuthentication implements HttpAuthenticationMechanism {

  private static final Logger LOG = System.getLogger(BearerAuthentication.class.getName());
  private static final String SCHEME = "Bearer ";

  @Inject private IdentityStoreHandler stores;

  @Override
  public AuthenticationStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
    String header = request.getHeader("Authorization");
    if (header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return validate(header.substring(SCHEME.length()).strip(), response, context);
    }
    return context.isProtected() ? refuse(response) : context.doNothing();
  }

  private AuthenticationStatus validate(
      String token, HttpServletResponse response, HttpMessageContext context) {
    CredentialValidationResult result;
    try {
      result = stores.validate(new BearerToken(token));
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "a token could not be checked", e);
      response.setHeader("Retry-After", "2");
      return send(response, Problem.of(Problem.Kind.NOT_READY, "the database does not answer"));
    }
    if (result.getStatus() == CredentialValidationResult.Status.VALID) {
      return context.notifyContainerAboutLogin(result);
    }
    return context.isProtected() ? refuse(response) : context.doNothing();
  }

  private static AuthenticationStatus refuse(HttpServletResponse response) {
    response.setHeader("WWW-Authenticate", "Bearer realm=\"holdfast\"");
    return send(
        response,
        Problem.of(
            Problem.Kind.UNAUTHORIZED, "send Authorization: Bearer <token> with a valid token"));
  }

  private static AuthenticationStatus send(HttpServletResponse response, Problem problem) {
    try {
      response.setStatus(problem.status());
      response.setContentType(Problem.MEDIA_TYPE);
      response.getOutputStream().write(Json.MAPPER.writeValueAsBytes(problem));
      return AuthenticationStatus
          .SEND_CONTINUE; // the answer is complete: SEND_FAILURE would add an error page
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
