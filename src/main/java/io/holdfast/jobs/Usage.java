package io.holdfast.jobs;

/**
 * What an attempt has used so far.
 *
 * @param peakMemoryBytes 0 if it was never seen running
 */
record Usage(long outputBytes, long peakMemoryBytes) {}
