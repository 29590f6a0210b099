package io.holdfast.jobs;

import org.jspecify.annotations.Nullable;

/**
 * A page of the queue; null means any.
 *
 * @param after only those behind this number
 */
public record QueueQuery(
    @Nullable String repository, @Nullable String owner, long after, int limit) {}
