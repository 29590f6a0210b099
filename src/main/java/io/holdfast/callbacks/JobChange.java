package io.holdfast.callbacks;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a job that came into a new state.
 *
 * @param state as the API shows it
 * @param attempt the one that it is in or had last; 0 before the first
 */
public record JobChange(
    UUID job,
    EventType event,
    Instant at,
    String state,
    int attempt,
    String owner,
    @Nullable String title,
    List<String> repositories,
    @Nullable Integer exitCode,
    @Nullable String reason) {
  public JobChange {
    repositories = List.copyOf(repositories);
  }
}
