package io.holdfast.callbacks.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs as Standard Webhooks 1.0 says: HMAC-SHA256 over id, timestamp and payload with dots
 * between, {@code v1,<base64>} for each secret. Not by their library: it signs with one secret at a
 * time, and is our tests' other side.
 */
final class Signature {

  private static final String PREFIX = "whsec_";

  private Signature() {}

  /** The value of {@code webhook-signature}. */
  static String of(List<String> secrets, String id, long timestamp, byte[] payload) {
    byte[] start = (id + "." + timestamp + ".").getBytes(UTF_8);
    return secrets.stream()
        .map(secret -> "v1," + Base64.getEncoder().encodeToString(mac(secret, start, payload)))
        .collect(Collectors.joining(" "));
  }

  private static byte[] mac(String secret, byte[] start, byte[] payload) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(start);
      return mac.doFinal(payload);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
