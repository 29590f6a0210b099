package io.holdfast.security;

/** Who makes a request. */
public record Caller(String name, String role) {}
