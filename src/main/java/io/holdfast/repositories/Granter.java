package io.holdfast.repositories;

import io.holdfast.platform.NodeEpoch;
import io.holdfast.repositories.RepositoryLock.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The one granter of repositories (design, "Locks and waiting"). Every method works in the
 * transaction of its caller, and one such transaction runs at a time, over all nodes: call {@link
 * #enter} before that transaction touches any job.
 *
 * <p>Whoever is returned as called may go on: put it back into the queue, in the same transaction.
 * Its tickets say so already.
 */
public final class Granter {

  private final LockStore store;
  private final NodeEpoch epoch;
  private final Promotion promotion;

  public Granter(LockStore store, NodeEpoch epoch) {
    this.store = store;
    this.epoch = epoch;
    this.promotion = new Promotion(store);
  }

  /**
   * Waits for the turn and keeps it to the end of the transaction; may be repeated.
   *
   * @throws StaleEpoch if this life of the node is over; the transaction must roll back
   */
  public void enter() {
    store.enter();
  }

  /** All repositories of the use or none. Who gets none stands in line at the job's place. */
  public Answer request(Use use, Instant now) {
    store.enter();
    if (use.repositories().isEmpty()) {
      return new Answer(new Grant.Granted(Map.of(), Optional.empty()), List.of());
    }
    List<Situation> situations = store.situations(use.job(), use.seq(), use.repositories());
    situations.forEach(situation -> refuseHolder(use, situation));
    Situation first = situations.get(0);
    if (!isForeignMember(first)) {
      return new Answer(grant(use, situations, now), List.of());
    }
    List<UUID> called = new ArrayList<>(leave(use, first, now));
    called.addAll(promotion.promote(List.of(first.repository()), now));
    List<Situation> after = store.situations(use.job(), use.seq(), use.repositories());
    return new Answer(grant(use, after, now), called);
  }

  private static void refuseHolder(Use use, Situation situation) {
    if (situation.own() != null && situation.own().state() == Ticket.State.HOLDS) {
      throw new IllegalStateException(
          "job " + use.job() + " asks for " + situation.repository() + ", which it holds");
    }
  }

  /** Its batch prepares another node's clone, which is of no use here. */
  private boolean isForeignMember(Situation situation) {
    return situation.isMember()
        && situation.open() != null
        && !situation.open().node().equals(epoch.node());
  }

  private List<UUID> leave(Use use, Situation situation, Instant now) {
    Ticket own = situation.own();
    Batch batch = situation.open();
    if (own == null || batch == null) {
      return List.of();
    }
    store.put(List.of(own.inLine(Ticket.State.CALLED, own.since(), null)));
    return succeed(batch.id(), use.job(), now);
  }

  private Grant grant(Use use, List<Situation> situations, Instant now) {
    Decision decision = Granting.decide(use, situations, epoch.node(), now);
    if (decision instanceof Decision.Take) {
      Operation operation = use.exclusive() ? Operation.JOB : Operation.PREPARE;
      UUID id = use.exclusive() ? use.job() : UUID.randomUUID();
      return granted(use, store.acquire(use, operation, id, now), null, now);
    }
    if (decision instanceof Decision.Lead lead) {
      Batch batch = lead.open() == null ? Batch.begun(use, epoch.node(), now) : lead.open();
      if (lead.open() == null) {
        store.put(batch);
      }
      return granted(use, store.acquire(use, Operation.PREPARE, batch.id(), now), batch, now);
    }
    if (decision instanceof Decision.Copy copy) {
      Batch batch = join(copy.open(), situations.get(0));
      Map<RepositoryName, Long> fences = shareOrAcquire(use, copy.lock(), batch, now);
      return granted(use, fences, batch, now);
    }
    if (decision instanceof Decision.Follow follow) {
      Batch batch = join(follow.open(), situations.get(0));
      line(use, situations, Ticket.State.BATCHED, batch.id(), now);
      return new Grant.Batched(batch.id(), batch.leader());
    }
    Blocker blocker = ((Decision.Wait) decision).blocker();
    Situation first = situations.get(0);
    UUID batch = first.isMember() && first.open() != null ? first.open().id() : null;
    line(use, situations, Ticket.State.WAITING, batch, now);
    return new Grant.Waiting(blocker);
  }

  /** A lock that a former life left to its batch is taken over: the members' fence must hold. */
  private Map<RepositoryName, Long> shareOrAcquire(
      Use use, @Nullable RepositoryLock lock, Batch batch, Instant now) {
    if (lock == null) {
      return store.acquire(use, Operation.PREPARE, batch.id(), now);
    }
    if (lock.nodeEpoch() != epoch.value()) {
      store.takeOver(List.of(lock), now.plus(RepositoryLock.LEASE));
    }
    return Map.of(lock.repository(), lock.fence());
  }

  private Batch join(Batch open, Situation situation) {
    if (situation.isMember()) {
      return open;
    }
    Batch joined = open.joined();
    store.put(joined);
    return joined;
  }

  private Grant granted(
      Use use, Map<RepositoryName, Long> fences, @Nullable Batch batch, Instant now) {
    store.put(
        use.repositories().stream()
            .map(
                repository ->
                    new Ticket(
                        use.job(),
                        repository,
                        use.seq(),
                        use.whole(),
                        use.branch(),
                        Ticket.State.HOLDS,
                        now,
                        batch == null ? null : batch.id(),
                        use.attempt(),
                        fences.get(repository)))
            .toList());
    return new Grant.Granted(
        fences,
        Optional.ofNullable(batch)
            .map(shared -> new Preparation(shared.id(), shared.preparedCommit())));
  }

  /** Who stood in line before keeps the time since when. */
  private void line(
      Use use, List<Situation> situations, Ticket.State state, @Nullable UUID batch, Instant now) {
    store.put(
        situations.stream()
            .map(
                situation ->
                    new Ticket(
                        use.job(),
                        situation.repository(),
                        use.seq(),
                        use.whole(),
                        use.branch(),
                        state,
                        situation.own() == null ? now : situation.own().since(),
                        batch,
                        null,
                        null))
            .toList());
  }

  /**
   * Ends what a job's attempt has of its repositories, or a waiting job's place in line. Does
   * nothing for a job that has neither.
   *
   * @param attempt the one that holds, or the last one of a job in line
   * @return the jobs that are called
   * @throws StaleHolder if another attempt of the job holds them; the transaction must roll back
   */
  public List<UUID> release(UUID job, int attempt, Release how, Instant now) {
    store.enter();
    List<Ticket> tickets = store.tickets(job);
    for (Ticket ticket : tickets) {
      if (ticket.attempt() != null && ticket.attempt() != attempt) {
        throw StaleHolder.attempt(job, attempt);
      }
    }
    switch (how) {
      case DONE -> store.remove(job);
      case PAUSED -> store.put(tickets.stream().map(ticket -> ticket.paused(now)).toList());
    }
    store.locksOf(job).forEach(this::passOn);
    List<UUID> called = new ArrayList<>();
    for (Ticket ticket : tickets) {
      if (how == Release.DONE && ticket.batch() != null) {
        called.addAll(succeed(ticket.batch(), job, now));
      }
    }
    called.addAll(promotion.promote(tickets.stream().map(Ticket::repository).toList(), now));
    return called;
  }

  /** To a member of the batch that works under the same fence, else to nobody. */
  private void passOn(RepositoryLock lock) {
    Optional<Ticket> heir =
        lock.operation() == Operation.PREPARE
            ? store.firstMember(lock.operationId(), Ticket.State.HOLDS)
            : Optional.empty();
    heir.ifPresentOrElse(next -> store.handOver(lock, next), () -> store.free(lock));
  }

  /** Somebody left the batch: the first in line fetches in its place; a batch of nobody is over. */
  private List<UUID> succeed(UUID id, UUID left, Instant now) {
    Optional<Batch> found = store.batch(id).filter(Batch::isOpen);
    if (found.isEmpty()) {
      return List.of();
    }
    Batch batch = found.get();
    Optional<Ticket> next = store.firstMember(id, null);
    if (next.isEmpty()) {
      store.put(batch.dissolved(now));
      return List.of();
    }
    if (batch.phase() != Batch.Phase.FETCHING || !batch.leader().equals(left)) {
      return List.of();
    }
    store.put(batch.ledBy(next.get().job()));
    return next.get().state() == Ticket.State.BATCHED
        ? store.call(List.of(next.get().job()))
        : List.of();
  }

  /**
   * The leader has fetched: all members start from this commit.
   *
   * @return the members that waited for it; they are called
   * @throws StaleHolder if the batch is not fetched under this fence; the transaction must roll
   *     back
   */
  public List<UUID> prepared(UUID batch, long fence, String commit, Instant now) {
    store.enter();
    store.put(fetching(batch, fence).prepared(commit, now));
    return store.callMembers(batch, Ticket.State.BATCHED);
  }

  /**
   * The leader could not fetch: all who wait for it fail with it. The leader's own use is over,
   * too.
   *
   * @throws StaleHolder if the batch is not fetched under this fence; the transaction must roll
   *     back
   */
  public BatchFailure failed(UUID batch, long fence, String reason, Instant now) {
    store.enter();
    Batch failed = fetching(batch, fence).failed(reason, now);
    store.put(failed);
    store.lock(failed.repository()).ifPresent(store::free);
    store.removeMembers(batch, Ticket.State.HOLDS);
    List<UUID> sharers = store.removeMembers(batch, Ticket.State.BATCHED);
    store.disband(batch); // who is in the queue will ask anew
    return new BatchFailure(sharers, promotion.promote(List.of(failed.repository()), now));
  }

  private Batch fetching(UUID id, long fence) {
    return store
        .batch(id)
        .filter(batch -> batch.phase() == Batch.Phase.FETCHING)
        .filter(
            batch ->
                store
                    .lock(batch.repository())
                    .filter(lock -> lock.fence() == fence && lock.isOf(batch))
                    .isPresent())
        .orElseThrow(() -> StaleHolder.batch(id, fence));
  }

  /**
   * To be asked before every effect on a repository: whether this attempt still has it under this
   * fence, in this life of the node. Needs no turn.
   */
  public boolean holds(UUID job, int attempt, long fence) {
    return store.holds(job, attempt, fence);
  }

  /** This node's locks are leased for another {@link RepositoryLock#LEASE}. Its own transaction. */
  public int renew(Instant now) {
    store.enter();
    return store.renew(now.plus(RepositoryLock.LEASE));
  }
}
