package io.holdfast.jobs;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The tables of jobs, read and written. Every method runs in its caller's transaction. */
public interface JobStore extends JobQueries {

  /** A new job with its event and, where the state is QUEUED, its place in the queue. */
  void insert(Job job);

  /**
   * Applies a transition.
   *
   * @throws StaleJob if the job has changed, or its node has another epoch now; the transaction
   *     must roll back
   */
  void apply(Transition transition);

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

  /** Remembers the batch that prepares a job's repository. */
  void joined(UUID job, UUID batch);

  /**
   * Records why an attempt is to end, if it is still held and nothing was recorded before. The
   * job's version does not matter.
   */
  boolean requestEnding(JobRef job, Ending why, Instant now);

  /** Adds a remark to the events of a job that is still in this state and attempt and ours. */
  void remark(JobRef job, Instant at, String detail);

  List<HeldJob> held();

  Optional<HeldJob> held(UUID job);

  /** The jobs that this node held in an earlier epoch belong to this one now. */
  int adopt();

  /**
   * Removes the job with its attempts and events; its statistics stay.
   *
   * @throws StaleJob if the job has changed; the transaction must roll back
   */
  void delete(JobRef job);

  /** Mends what queue and states disagree on (neither does after any crash) and counts. */
  QueueHealth checkQueue();

  /** Remembers a key; false if another transaction was first. */
  boolean insertKey(String owner, String key, IdempotentSubmit submit, Instant now);
}
