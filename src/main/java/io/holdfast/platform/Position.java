package io.holdfast.platform;

import java.time.Instant;
import java.util.UUID;

/** A place in a list that shows the newest first; equal times are ordered by id. */
public record Position(Instant createdAt, UUID id) {}
