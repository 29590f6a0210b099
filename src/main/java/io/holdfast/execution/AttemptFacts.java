package io.holdfast.execution;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything read of one attempt, in an order that makes it safe to decide on: exit record, claim,
 * runner, lock, exit record once more, {@code started}, members.
 *
 * @param currentBootId of the machine now
 * @param exit null if none was written
 * @param runner the process that the claim names, if it runs now
 * @param startedAt when the runner made the start of the command possible, null if it did not
 * @param members processes of the command that run now, by session or cookie, owned by us; complete
 *     if the lock is free
 * @param peakMemoryBytes of the members
 * @param heartbeat the last one, null if there is none
 * @param corrupt what could not be read
 */
public record AttemptFacts(
    Handle handle,
    String currentBootId,
    @Nullable ExitRecord exit,
    Claim claim,
    @Nullable KernelProcess runner,
    LockState lock,
    @Nullable Instant startedAt,
    List<KernelProcess> members,
    long peakMemoryBytes,
    @Nullable Instant heartbeat,
    List<String> corrupt) {
  public AttemptFacts {
    members = List.copyOf(members);
    corrupt = List.copyOf(corrupt);
  }
}
