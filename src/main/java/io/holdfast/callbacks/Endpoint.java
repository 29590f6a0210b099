package io.holdfast.callbacks;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A standing endpoint: told of every job that names the repository, or, without one, of every job
 * of its owner.
 *
 * @param disabled why nothing is sent there; null while it is enabled
 * @param failures in a row, 0 if healthy
 * @param openUntil null unless its breaker is open
 */
public record Endpoint(
    UUID id,
    String owner,
    String name,
    @Nullable String repository,
    Target target,
    @Nullable String disabled,
    int failures,
    @Nullable Instant openUntil,
    Instant createdAt) {}
