package io.holdfast.repositories;

/**
 * What a recovery found.
 *
 * @param registered repositories in the table
 * @param resumed clones that were started again
 * @param discarded clones on disk that belong to no registered repository; they go in the
 *     background
 */
public record Recovered(int registered, int resumed, int discarded) {}
