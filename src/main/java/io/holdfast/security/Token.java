package io.holdfast.security;

import io.holdfast.platform.Sha256;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * An API token: a prefix and 256 random bits. Only its hash is stored; being random, it needs no
 * salt.
 */
record Token(String text) {

  private static final String PREFIX = "hf_";
  private static final SecureRandom RANDOM = new SecureRandom();

  static Token random() {
    byte[] bits = new byte[32];
    RANDOM.nextBytes(bits);
    return new Token(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bits));
  }

  String hash() {
    return Sha256.of(text);
  }

  /** Never the token itself. */
  @Override
  public String toString() {
    return PREFIX + "...";
  }
}
