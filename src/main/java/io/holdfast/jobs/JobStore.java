package io.holdfast.jobs;

import io.holdfast.execution.Handle;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The tables of jobs. Every method runs in its caller's transaction. */
public interface JobStore {

  /** A new job with its event and, where the state is QUEUED, its place in the queue. */
  void insert(Job job);

  /**
   * Applies a transition.
   *
   * @throws StaleJob if the job has changed, or its node has another epoch now; the transaction
   *     must roll back
   */
  void apply(Transition transition);

  /**
   * Takes the first jobs of the queue for this node: as many as it has free slots. Each becomes
   * PREPARING with a new attempt. Takes nothing if this epoch is over.
   */
  List<Job> claim(int slots, Instant now);

  /**
   * Records why an attempt is to end, if it is still held and nothing was recorded before. The
   * job's version does not matter.
   */
  boolean requestEnding(JobRef job, Ending why, Instant now);

  /** Adds a remark to a job's events. */
  void remark(JobRef job, Instant at, String detail);

  Optional<Job> find(UUID job);

  /** Newest first. */
  List<Job> list(JobQuery query);

  /** For each of these jobs that is in the queue: how many stand before it, plus one. */
  Map<UUID, Long> queuePositions(Collection<UUID> jobs);

  List<HeldJob> held();

  Optional<HeldJob> held(UUID job);

  /** The jobs that this node held in an earlier epoch belong to this one now. */
  int adopt();

  List<AttemptRecord> attempts(UUID job);

  /** The handle of the attempt named, else of the last one that was launched. */
  Optional<Handle> launched(UUID job, @Nullable Integer attempt);

  List<JobEvent> events(UUID job);

  /**
   * Removes the job with its attempts and events; its statistics stay.
   *
   * @throws StaleJob if the job has changed; the transaction must roll back
   */
  void delete(JobRef job);

  /** Mends what queue and states disagree on (neither does after any crash) and counts. */
  QueueHealth checkQueue();

  /** Jobs that a repository's removal would harm: those not ended that name it. */
  List<UUID> usersOf(String repository);

  /** The jobs that a request with this key made before. */
  Optional<IdempotentSubmit> findKey(String owner, String key);

  /** Remembers a key; false if another transaction was first. */
  boolean insertKey(String owner, String key, IdempotentSubmit submit, Instant now);
}
