package io.holdfast.jobs;

import java.time.Duration;

/**
 * What bounds a running job.
 *
 * @param maxOutput bytes; a job that printed more is ended
 * @param cancelGrace from TERM to KILL
 * @param launchPatience how long a committed launch may show no sign before its right to start is
 *     taken away
 * @param maxAttempts an interrupted job is queued again by itself up to this many attempts
 */
public record Limits(
    long maxOutput, Duration cancelGrace, Duration launchPatience, int maxAttempts) {}
