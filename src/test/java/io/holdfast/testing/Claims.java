package io.holdfast.testing;

import io.holdfast.jobs.Job;
import io.holdfast.jobs.JobStore;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Claims as a server that dies right after them: nobody works on what was taken. */
public final class Claims {

  private Claims() {}

  /** In the caller's transaction; the jobs' repositories do not matter. */
  public static List<Job> claim(JobStore store, int slots, Instant now) {
    List<UUID> head =
        store.head(store.freeSlots(slots)).stream().map(next -> next.ref().id()).toList();
    return store.take(head, now);
  }
}
