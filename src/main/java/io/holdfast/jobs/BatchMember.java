package io.holdfast.jobs;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job that shared its last preparation with others.
 *
 * @param seq its number in the queue, by which the next page is asked for
 */
public record BatchMember(
    long seq, UUID job, @Nullable String title, String owner, JobState state, int attempt) {}
