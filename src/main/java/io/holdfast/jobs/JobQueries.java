package io.holdfast.jobs;

import io.holdfast.execution.Handle;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is read of jobs. Every method runs in its caller's transaction. */
public interface JobQueries {

  Optional<Job> find(UUID job);

  /** Newest first. */
  List<Job> list(JobQuery query);

  /** For each of these jobs that is in the queue: how many stand before it, plus one. */
  Map<UUID, Long> queuePositions(Collection<UUID> jobs);

  /** In the queue's order. */
  List<QueuedJob> queue(QueueQuery query);

  /** Of those that last shared their preparation in this batch, in the order of the queue. */
  List<BatchMember> members(UUID batch, long after, int limit);

  List<AttemptRecord> attempts(UUID job);

  /** The handle of the attempt named, else of the last one that was launched. */
  Optional<Handle> launched(UUID job, @Nullable Integer attempt);

  List<JobEvent> events(UUID job);

  /** The launches of this node that ended last, at most so many. */
  List<Handle> lastEnded(int limit);

  /** Jobs that a repository's removal would harm: those not ended that name it. */
  List<UUID> usersOf(String repository);

  /** The jobs that a request with this key made before. */
  Optional<IdempotentSubmit> findKey(String owner, String key);
}
