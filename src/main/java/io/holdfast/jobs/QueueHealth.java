package io.holdfast.jobs;

/**
 * The queue after a check.
 *
 * @param queued jobs in the queue
 * @param added queued jobs that had no place in it
 * @param removed places of jobs that are not queued
 */
public record QueueHealth(long queued, int added, int removed) {}
