package io.holdfast.recovery;

/**
 * One resource that could not be recovered.
 *
 * @param resource kind and name: {@code job:1234}, {@code repository:alpha}
 * @param reason what was seen
 * @param action what was done about it
 */
public record ResourceError(String resource, String reason, String action) {}
