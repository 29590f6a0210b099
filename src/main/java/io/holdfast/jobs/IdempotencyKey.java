package io.holdfast.jobs;

/**
 * Makes a repeated submit harmless.
 *
 * @param requestHash of the body that came with the key
 */
public record IdempotencyKey(String value, String requestHash) {}
