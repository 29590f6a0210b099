package io.holdfast.execution;

import java.util.UUID;

/**
 * Names one attempt of one job, for ever.
 *
 * @param attempt counts from 1
 */
public record AttemptKey(UUID job, int attempt) {
  public AttemptKey {
    if (attempt < 1) {
      throw new IllegalArgumentException("attempt " + attempt + " of job " + job);
    }
  }
}
