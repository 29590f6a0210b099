package io.holdfast.jobs;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** The queue as a table. Every method runs in its caller's transaction. */
public interface JobQueue {

  /** How many of this node's slots no job occupies. */
  int freeSlots(int slots);

  /**
   * The head of the queue, locked to the end of the transaction. What another transaction has
   * locked is passed over. Nothing if this epoch is over.
   */
  List<Queued> head(int atMost);

  /**
   * These jobs of the head become PREPARING on this node, each with a new attempt.
   *
   * @return in the order of the queue
   */
  List<Job> take(Collection<UUID> jobs, Instant now);

  /** Those of the jobs that are WAITING or BATCHED go back to their places in the queue. */
  void recall(Collection<UUID> jobs, Instant now, String why);

  /** Mends what queue and states disagree on (neither does after any crash) and counts. */
  QueueHealth checkQueue();
}
