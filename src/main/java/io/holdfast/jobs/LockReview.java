package io.holdfast.jobs;

import io.holdfast.execution.Executor;
import io.holdfast.execution.Handle;
import io.holdfast.execution.Observation;
import io.holdfast.platform.NodeEpoch;
import io.holdfast.platform.Patience;
import io.holdfast.platform.Transactions;
import io.holdfast.repositories.BatchRepair;
import io.holdfast.repositories.Granter;
import io.holdfast.repositories.HolderEvidence;
import io.holdfast.repositories.HolderEvidence.Proof;
import io.holdfast.repositories.LineRepair;
import io.holdfast.repositories.LockFacts;
import io.holdfast.repositories.LockRepair;
import io.holdfast.repositories.LockVerdict;
import io.holdfast.repositories.Release;
import io.holdfast.repositories.RepositoryLock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings locks, lines and batches in line with the jobs: at every start, by what the inventory saw,
 * and in a slow loop afterwards, so that nothing depends on a restart to heal. Repeating it changes
 * nothing more.
 */
public final class LockReview {

  /** How long a killed holder may take to go. */
  private static final Duration DEATH = Duration.ofSeconds(5);

  private final Transactions transactions;
  private final Grants grants;
  private final Granter granter;
  private final LockRepair repair;
  private final Executor executor;
  private final NodeEpoch epoch;
  private final InstantSource clock;
  private final Wakeups wakeups;

  public LockReview(
      Transactions transactions,
      JobStore store,
      Granter granter,
      LockRepair repair,
      Executor executor,
      NodeEpoch epoch,
      InstantSource clock,
      Wakeups wakeups) {
    this.transactions = transactions;
    this.grants = new Grants(store, granter);
    this.granter = granter;
    this.repair = repair;
    this.executor = executor;
    this.epoch = epoch;
    this.clock = clock;
    this.wakeups = wakeups;
  }

  /**
   * One lock and what was done about it.
   *
   * @param settled false if the holder could not be confirmed dead: the lock stays
   */
  public record Reviewed(RepositoryLock lock, LockVerdict verdict, boolean settled) {}

  /** At a start: by the evidence of the inventory. */
  public List<Reviewed> locks(List<Reattachment.Found> inventory) {
    Map<UUID, Reattachment.Found> found = new HashMap<>();
    inventory.forEach(one -> found.put(one.job().id(), one));
    List<Reviewed> reviewed = new ArrayList<>();
    for (LockFacts facts : transactions.call(repair::locks)) {
      Reattachment.Found holder = found.get(facts.lock().job());
      reviewed.add(review(facts, evidence(facts.lock(), holder), handle(holder)));
    }
    transactions.run(() -> repair.keep(kept(reviewed), clock.instant()));
    wakeups.queueGrew();
    return reviewed;
  }

  public LineRepair lines() {
    Instant now = clock.instant();
    LineRepair done =
        transactions.call(
            () -> {
              LineRepair repaired = repair.repairLine(now);
              grants.recall(repaired.ticketless(), "it stood in no line", now);
              grants.recall(repaired.called(), "its repository is free", now);
              return repaired;
            });
    wakeups.queueGrew();
    return done;
  }

  public BatchRepair batches() {
    Instant now = clock.instant();
    BatchRepair done =
        transactions.call(
            () -> {
              BatchRepair repaired = repair.repairBatches(now);
              grants.recall(repaired.called(), "its turn has come", now);
              return repaired;
            });
    wakeups.queueGrew();
    return done;
  }

  /** The slow loop: what this server holds lives, and its leases are renewed. */
  public void runOnce() {
    transactions.call(() -> granter.renew(clock.instant()));
    HolderEvidence ours = new HolderEvidence(Proof.LIVES, "a node holds its job");
    for (LockFacts facts : transactions.call(repair::locks)) {
      if (LockVerdict.decide(facts, ours, clock.instant()).kind() == LockVerdict.Kind.FREE) {
        free(facts.lock());
      }
    }
    lines();
    batches();
  }

  private HolderEvidence evidence(RepositoryLock lock, Reattachment.@Nullable Found holder) {
    if (!lock.node().equals(epoch.node())) {
      return new HolderEvidence(Proof.LIVES, "node " + lock.node() + " is to tell");
    }
    if (holder == null) {
      return new HolderEvidence(Proof.GONE, "this node does not hold its job");
    }
    Observation seen = holder.seen();
    if (seen == null) {
      return new HolderEvidence(Proof.GONE, "its preparation ended with the server");
    }
    String why = seen.evidence().summary();
    if (seen instanceof Observation.Running) {
      return new HolderEvidence(Proof.LIVES, why);
    }
    return seen instanceof Observation.Unknown || seen instanceof Observation.Pending
        ? new HolderEvidence(Proof.UNPROVED, why)
        : new HolderEvidence(Proof.GONE, why);
  }

  private static @Nullable Handle handle(Reattachment.@Nullable Found holder) {
    return holder == null ? null : holder.job().handle();
  }

  private Reviewed review(LockFacts facts, HolderEvidence evidence, @Nullable Handle holder) {
    RepositoryLock lock = facts.lock();
    LockVerdict verdict = LockVerdict.decide(facts, evidence, clock.instant());
    boolean settled = true;
    switch (verdict.kind()) {
      case KEEP, KEEP_SKEWED -> {} // all at once, later
      case FREE -> free(lock);
      case RECLAIM -> {
        settled = holder != null && kill(holder);
        if (settled) {
          reclaim(lock);
        }
      }
      case UNAVAILABLE -> {} // the row keeps everybody out until it is repaired
    }
    return new Reviewed(lock, verdict, settled);
  }

  /** Another node's locks are its own. */
  private List<RepositoryLock> kept(List<Reviewed> reviewed) {
    return reviewed.stream()
        .filter(
            one ->
                one.verdict().kind() == LockVerdict.Kind.KEEP
                    || one.verdict().kind() == LockVerdict.Kind.KEEP_SKEWED)
        .map(Reviewed::lock)
        .filter(lock -> lock.node().equals(epoch.node()))
        .toList();
  }

  private void free(RepositoryLock lock) {
    callWhomThisFrees(now -> repair.free(lock, now));
  }

  /** Its place goes with it: nobody waits behind a job that nobody can prove anything about. */
  private void reclaim(RepositoryLock lock) {
    callWhomThisFrees(now -> granter.release(lock.job(), lock.attempt(), Release.DONE, now));
  }

  private void callWhomThisFrees(Function<Instant, List<UUID>> freeing) {
    Instant now = clock.instant();
    transactions.run(() -> grants.recall(freeing.apply(now), "its repository is free", now));
  }

  /** True if nothing of what hung is left. */
  private boolean kill(Handle holder) {
    return Patience.until(() -> executor.cancel(holder, DEATH, Duration.ZERO), DEATH);
  }
}
