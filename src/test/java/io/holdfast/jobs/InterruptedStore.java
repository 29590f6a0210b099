package io.holdfast.jobs;

import io.holdfast.execution.Handle;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lets something happen between the moment a job is read and the moment it is written. */
record InterruptedStore(JobStore store, Runnable afterFind) implements JobStore {

  @Override
  public void insert(Job job) {
    store.insert(job);
  }

  @Override
  public void apply(Transition transition) {
    store.apply(transition);
  }

  @Override
  public int freeSlots(int slots) {
    return store.freeSlots(slots);
  }

  @Override
  public List<Queued> head(int atMost) {
    return store.head(atMost);
  }

  @Override
  public List<Job> take(Collection<UUID> jobs, Instant now) {
    return store.take(jobs, now);
  }

  @Override
  public void recall(Collection<UUID> jobs, Instant now, String why) {
    store.recall(jobs, now, why);
  }

  @Override
  public void joined(UUID job, UUID batch) {
    store.joined(job, batch);
  }

  @Override
  public boolean requestEnding(JobRef job, Ending why, Instant now) {
    return store.requestEnding(job, why, now);
  }

  @Override
  public void remark(JobRef job, Instant at, String detail) {
    store.remark(job, at, detail);
  }

  @Override
  public Optional<Job> find(UUID job) {
    Optional<Job> found = store.find(job);
    afterFind.run();
    return found;
  }

  @Override
  public List<Job> list(JobQuery query) {
    return store.list(query);
  }

  @Override
  public Map<UUID, Long> queuePositions(Collection<UUID> jobs) {
    return store.queuePositions(jobs);
  }

  @Override
  public List<HeldJob> held() {
    return store.held();
  }

  @Override
  public Optional<HeldJob> held(UUID job) {
    return store.held(job);
  }

  @Override
  public int adopt() {
    return store.adopt();
  }

  @Override
  public List<QueuedJob> queue(QueueQuery query) {
    return store.queue(query);
  }

  @Override
  public List<BatchMember> members(UUID batch, long after, int limit) {
    return store.members(batch, after, limit);
  }

  @Override
  public List<AttemptRecord> attempts(UUID job) {
    return store.attempts(job);
  }

  @Override
  public Optional<Handle> launched(UUID job, @Nullable Integer attempt) {
    return store.launched(job, attempt);
  }

  @Override
  public List<JobEvent> events(UUID job) {
    return store.events(job);
  }

  @Override
  public List<Handle> lastEnded(int limit) {
    return store.lastEnded(limit);
  }

  @Override
  public void delete(JobRef job) {
    store.delete(job);
  }

  @Override
  public QueueHealth checkQueue() {
    return store.checkQueue();
  }

  @Override
  public List<UUID> usersOf(String repository) {
    return store.usersOf(repository);
  }

  @Override
  public Optional<IdempotentSubmit> findKey(String owner, String key) {
    return store.findKey(owner, key);
  }

  @Override
  public boolean insertKey(String owner, String key, IdempotentSubmit submit, Instant now) {
    return store.insertKey(owner, key, submit, now);
  }
}
