package io.holdfast.callbacks;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that we have claimed, with all that is sent.
 *
 * @param id the webhook-id, the same at every try
 * @param token proves the claim
 * @param made tries before this one that count
 * @param troubled its lane was in trouble when it was claimed
 * @param url null if its endpoint was deleted
 */
public record Parcel(
    UUID id,
    UUID token,
    @Nullable UUID job,
    String target,
    @Nullable UUID endpoint,
    String lane,
    int made,
    boolean troubled,
    @Nullable String url,
    Map<String, String> headers,
    List<String> secrets,
    String payload) {

  /** Without what is secret. */
  @Override
  public String toString() {
    return "Parcel[" + id + "]";
  }
}
