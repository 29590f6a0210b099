package io.holdfast.statistics;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all ended attempts used; computed from the samples, so it survives whatever they survive.
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
    int maxConcurrency) {}
