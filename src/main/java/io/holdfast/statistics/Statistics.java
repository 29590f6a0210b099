package io.holdfast.statistics;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What ended attempts used; computed from the samples, so it survives whatever they survive.
 * Counts, mean and maximum are over all of them, the P90 over the {@link #LATEST}.
 *
 * @param outcomes ended attempts per terminal state
 * @param maxConcurrency most jobs that ever ran at once on one node
 */
public record Statistics(
    long jobsProcessed,
    Map<String, Long> outcomes,
    @Nullable Double p90CpuSeconds,
    @Nullable Long p90PeakMemoryBytes,
    @Nullable Long p90DurationMillis,
    @Nullable Long p90QueueMillis,
    @Nullable Double meanQueueMillis,
    int maxConcurrency) {

  /** So many of the latest attempts tell what is usual now, and cost the same for ever. */
  public static final int LATEST = 10_000;
}
