package io.holdfast.repositories;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A member's part in a batch.
 *
 * @param commit to copy; null if this member leads and is to fetch first
 */
public record Preparation(UUID batch, @Nullable String commit) {

  /** It fetches, then says {@link Granter#prepared} or {@link Granter#failed}. */
  public boolean leads() {
    return commit == null;
  }
}
