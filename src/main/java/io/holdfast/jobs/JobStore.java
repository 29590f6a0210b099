package io.holdfast.jobs;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The tables of jobs, read and written. Every method runs in its caller's transaction. */
public interface JobStore extends JobQueries, JobQueue {

  /** A new job with its event and, where the state is QUEUED, its place in the queue. */
  void insert(Job job);

  /**
   * Applies a transition.
   *
   * @throws StaleJob if the job has changed, or its node has another epoch now; the transaction
   *     must roll back
   */
  void apply(Transition transition);

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

  /** Remembers a key; false if another transaction was first. */
  boolean insertKey(String owner, String key, IdempotentSubmit submit, Instant now);
}
