package io.holdfast.repositories;

import java.util.UUID;

/** The lock is not held by this attempt or under this fence any more: nothing was written. */
public final class StaleHolder extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private StaleHolder(String message) {
    super(message);
  }

  static StaleHolder attempt(UUID job, int attempt) {
    return new StaleHolder("job " + job + " does not hold its repositories as attempt " + attempt);
  }

  static StaleHolder batch(UUID batch, long fence) {
    return new StaleHolder("batch " + batch + " is not being fetched under fence " + fence);
  }
}
