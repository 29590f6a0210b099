package io.holdfast.callbacks;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A lane in trouble.
 *
 * @param failures in a row
 * @param openUntil nothing is sent before; null while its breaker is closed
 */
public record LaneHealth(int failures, Instant since, @Nullable Instant openUntil) {}
