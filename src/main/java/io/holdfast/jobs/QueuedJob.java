package io.holdfast.jobs;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job in the queue, as an administrator sees it.
 *
 * @param seq its number, by which the next page is asked for
 * @param position in the whole queue; 1 is next
 * @param attempt the last one; 0 until first claimed
 */
public record QueuedJob(
    long seq,
    long position,
    UUID job,
    @Nullable String title,
    String owner,
    List<String> repositories,
    boolean exclusive,
    int attempt,
    Instant queuedAt) {
  public QueuedJob {
    repositories = List.copyOf(repositories);
  }
}
