package io.holdfast.jobs;

import io.holdfast.repositories.Answer;
import io.holdfast.repositories.BatchFailure;
import io.holdfast.repositories.Grant;
import io.holdfast.repositories.Granter;
import io.holdfast.repositories.Preparation;
import io.holdfast.repositories.Release;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps the states of jobs and what they have of repositories in step: whatever changes one changes
 * the other in the same transaction, which is the caller's. Who is called by it goes back into the
 * queue in that transaction too.
 */
final class Grants {

  /** How many of the queue one claim looks at: bounds its transaction. */
  static final int WINDOW = 50;

  private final JobStore store;
  private final Granter granter;

  Grants(JobStore store, Granter granter) {
    this.store = store;
    this.granter = granter;
  }

  /**
   * What one claim took.
   *
   * @param more the queue may hold more that can be taken now
   */
  record Round(List<Claimed> taken, boolean more) {}

  /**
   * Takes from the head of the queue what can go on, into the free ones of this node's slots. What
   * cannot have its repositories stands in line for them from now on, and holds up nobody else.
   */
  Round claim(int slots, Instant now) {
    int free = store.freeSlots(slots);
    if (free == 0) {
      return new Round(List.of(), false);
    }
    granter.enter();
    List<Queued> head = store.head(WINDOW);
    Map<UUID, Grant.Granted> granted = new LinkedHashMap<>();
    boolean called = false;
    int seen = 0;
    for (Queued next : head) {
      if (granted.size() == free) {
        break;
      }
      seen++;
      called |= request(next, granted, now);
    }
    List<Claimed> taken =
        store.take(granted.keySet(), now).stream()
            .map(job -> new Claimed(job, Objects.requireNonNull(granted.get(job.id()))))
            .toList();
    boolean whole = seen == WINDOW && granted.size() < free;
    return new Round(taken, whole || called);
  }

  /** True if others were called. */
  private boolean request(Queued next, Map<UUID, Grant.Granted> granted, Instant now) {
    UUID id = next.ref().id();
    if (next.repositories().isEmpty()) {
      granted.put(id, new Grant.Granted(Map.of(), Optional.empty()));
      return false;
    }
    Answer answer = granter.request(next.use(), now);
    if (answer.grant() instanceof Grant.Granted grant) {
      granted.put(id, grant);
      grant.preparation().ifPresent(shared -> store.joined(id, shared.batch()));
    } else if (answer.grant() instanceof Grant.Batched batched) {
      store.apply(Transition.batched(next.ref(), now, batched.leader()));
      store.joined(id, batched.batch());
    } else if (answer.grant() instanceof Grant.Waiting waiting) {
      store.apply(Transition.waiting(next.ref(), now, waiting.blocker().toString()));
    }
    return recall(answer.called(), "its turn has come", now);
  }

  /**
   * Applies transitions of one job, with the release of its repositories that they mean.
   *
   * @throws StaleJob as {@link JobStore#apply}
   */
  void apply(Uses uses, List<Transition> changes) {
    if (changes.stream().anyMatch(change -> uses.releasedBy(change).isPresent())) {
      granter.enter(); // before the first job is touched
    }
    for (Transition change : changes) {
      store.apply(change);
      uses.releasedBy(change).ifPresent(how -> release(change, how));
    }
  }

  private void release(Transition change, Release how) {
    JobRef job = change.from();
    List<UUID> called = granter.release(job.id(), job.attempt(), how, change.at());
    recall(called, "its repository is free", change.at());
  }

  /** The leader has fetched: its members go on. */
  void prepared(Preparation shared, long fence, String commit, Instant now) {
    granter.enter();
    recall(granter.prepared(shared.batch(), fence, commit, now), "its repository is prepared", now);
  }

  /** The leader could not fetch: who waited for it fails as it does. */
  void failed(Preparation shared, long fence, String reason, Instant now) {
    granter.enter();
    BatchFailure failure = granter.failed(shared.batch(), fence, reason, now);
    for (UUID id : failure.sharers()) {
      Job job = store.find(id).orElseThrow();
      store.apply(Transition.endedUnrun(job.ref(), JobState.FAILED, now, reason, job.queuedAt()));
    }
    recall(failure.called(), "its repository is free", now);
  }

  /** Whether the attempt still has all of its repositories. */
  boolean holds(Claimed claimed) {
    Job job = claimed.job();
    return claimed.grant().fences().values().stream()
        .allMatch(fence -> granter.holds(job.id(), job.attempt(), fence));
  }

  /** Who may go on is in the queue again; true if there was anyone. */
  boolean recall(List<UUID> called, String why, Instant now) {
    if (!called.isEmpty()) {
      store.recall(called, now, why);
    }
    return !called.isEmpty();
  }
}
