package io.holdfast.rest;

import jakarta.security.enterprise.credential.Credential;

/** What a request brings. */
record BearerToken(String text) implements Credential {

  /** Never the token itself. */
  @Override
  public String toString() {
    return "BearerToken";
  }
}
