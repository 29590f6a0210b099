package io.holdfast.recovery;

import java.time.Instant;

/**
 * A server, as the database has it.
 *
 * @param epoch how often it was started
 * @param heartbeatAt when it last said that it lives; nothing follows from its age
 * @param heldJobs occupy its slots: PREPARING, LAUNCHING or RUNNING
 * @param own whether it is this server
 */
public record NodeStatus(
    String id,
    String host,
    long epoch,
    Instant startedAt,
    Instant heartbeatAt,
    long heldJobs,
    long heldLocks,
    boolean own) {}
