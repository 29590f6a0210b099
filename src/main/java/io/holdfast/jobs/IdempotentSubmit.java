package io.holdfast.jobs;

import java.util.List;
import java.util.UUID;

/**
 * What an Idempotency-Key stands for.
 *
 * @param requestHash of the request's body; another body under the same key is refused
 */
public record IdempotentSubmit(String requestHash, List<UUID> jobs) {
  public IdempotentSubmit {
    jobs = List.copyOf(jobs);
  }
}
