package io.holdfast.rest;

import io.holdfast.security.Tokens;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStore;
import java.util.Set;

/** Jakarta Security's view of the API tokens. */
@ApplicationScoped
public class TokenIdentityStore implements IdentityStore {

  @Inject private Tokens tokens;

  @Override
  public CredentialValidationResult validate(Credential credential) {
    return credential instanceof BearerToken token
        ? tokens
            .authenticate(token.text())
            .map(caller -> new CredentialValidationResult(caller.name(), Set.of(caller.role())))
            .orElse(CredentialValidationResult.INVALID_RESULT)
        : CredentialValidationResult.NOT_VALIDATED_RESULT;
  }
}
