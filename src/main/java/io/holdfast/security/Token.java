package io.holdfast.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

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
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Never the token itself. */
  @Override
  public String toString() {
    return PREFIX + "...";
  }
}
