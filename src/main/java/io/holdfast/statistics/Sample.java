package io.holdfast.statistics;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one ended attempt used.
 *
 * @param cpuSeconds null if the attempt left no exit record
 * @param peakMemoryBytes null if it ended before it was ever looked at
 * @param duration null if its start was not observed
 * @param queueTime from queued to launched
 * @param concurrency jobs that ran on the node at its end, itself included
 */
public record Sample(
    @Nullable Double cpuSeconds,
    @Nullable Long peakMemoryBytes,
    @Nullable Duration duration,
    Duration queueTime,
    int concurrency) {}
