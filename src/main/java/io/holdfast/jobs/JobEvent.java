package io.holdfast.jobs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What happened to a job; {@code from} equals {@code to} for a remark. */
public record JobEvent(
    long id,
    int attempt,
    Instant at,
    @Nullable JobState from,
    JobState to,
    @Nullable String detail) {}
