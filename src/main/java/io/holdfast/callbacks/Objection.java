package io.holdfast.callbacks;

/**
 * Why a target is refused.
 *
 * @param field within the target: {@code url}, {@code headers.Host}
 */
public record Objection(String field, String detail) {}
