package io.holdfast.jobs;

import io.holdfast.platform.Position;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs to list; null means any.
 *
 * @param before only jobs older than this position
 * @param limit 1 to 500
 */
public record JobQuery(
    @Nullable JobState state,
    @Nullable String repository,
    @Nullable String owner,
    @Nullable Position before,
    int limit) {}
