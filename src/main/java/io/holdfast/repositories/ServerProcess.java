package io.holdfast.repositories;

/**
 * This server's process, which every lock names.
 *
 * @param startTicks when it started, in clock ticks since boot: a pid alone is reused
 */
public record ServerProcess(long pid, long startTicks) {}
