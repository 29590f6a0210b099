package io.holdfast.repositories;

import org.jspecify.annotations.Nullable;

/**
 * A page of the locks, by repository; null means any.
 *
 * @param node only those that it holds
 * @param after only those behind this repository
 */
public record LockQuery(
    @Nullable RepositoryName repository,
    @Nullable String node,
    @Nullable RepositoryName after,
    int limit) {}
