package io.holdfast.jobs;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One attempt of a job; attempts are only ever added. */
public record AttemptRecord(
    int attempt,
    String node,
    @Nullable UUID session,
    Instant claimedAt,
    @Nullable Instant launchedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String outcome,
    @Nullable Integer exitCode,
    @Nullable String evidence,
    long outputBytes) {}
