package io.holdfast.repositories;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a waiting job stands.
 *
 * @param repository the first of its repositories that it cannot have
 * @param position in that line; 1 is the head
 * @param since when it waits
 * @param blocker what it waits for; null in the moment between a release and its call
 */
public record Standing(
    UUID job, RepositoryName repository, long position, Instant since, @Nullable Blocker blocker) {}
