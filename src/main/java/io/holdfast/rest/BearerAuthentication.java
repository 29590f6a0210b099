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
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Bearer tokens (RFC 6750). The bodies of its refusals are made by {@link ErrorPage}. A request
 * without a valid one gets a problem, and never learns which part was wrong.
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
      response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      return AuthenticationStatus.SEND_FAILURE;
    }
    if (result.getStatus() == CredentialValidationResult.Status.VALID) {
      return context.notifyContainerAboutLogin(result);
    }
    return context.isProtected() ? refuse(response) : context.doNothing();
  }

  private static AuthenticationStatus refuse(HttpServletResponse response) {
    response.setHeader("WWW-Authenticate", "Bearer realm=\"holdfast\"");
    response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
    return AuthenticationStatus.SEND_FAILURE;
  }
}
