package io.holdfast.repositories;

import io.holdfast.platform.NodeEpoch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The simplest store that keeps {@link LockStore}'s promises; compared with PostgreSQL's. */
final class MemoryLockStore implements LockStore {

  static final ServerProcess PROCESS = new ServerProcess(4711, 99);

  private record Key(UUID job, RepositoryName repository) {}

  final Map<RepositoryName, RepositoryLock> locks = new TreeMap<>();
  private final Map<Key, Ticket> tickets = new LinkedHashMap<>();
  final Map<UUID, Batch> batches = new HashMap<>();
  private long fence;

  /** The current life of each node. */
  private final Map<String, Long> lives;

  /** Who asks now. */
  private String node = "";

  private long epoch;

  MemoryLockStore(Map<String, Long> lives) {
    this.lives = lives;
  }

  /** A granter of the node's current life. */
  Granter granterOf(String asking) {
    NodeEpoch life = new NodeEpoch(asking);
    life.begin(lives.getOrDefault(asking, 0L));
    return granterOf(life);
  }

  Granter granterOf(NodeEpoch life) {
    node = life.node();
    epoch = life.value();
    return new Granter(this, life);
  }

  @Override
  public void enter() {
    if (lives.getOrDefault(node, 0L) != epoch) {
      throw new StaleEpoch(node, epoch);
    }
  }

  Stream<Ticket> inOrder(Predicate<Ticket> which) {
    return tickets.values().stream()
        .filter(which)
        .sorted(Comparator.comparing(Ticket::seq).thenComparing(Ticket::repository));
  }

  private Stream<Ticket> line(RepositoryName repository) {
    return inOrder(
        ticket -> ticket.repository().equals(repository) && ticket.state() != Ticket.State.HOLDS);
  }

  @Override
  public List<Situation> situations(
      @Nullable UUID job, long before, List<RepositoryName> repositories) {
    return repositories.stream()
        .map(
            repository ->
                new Situation(
                    repository,
                    job == null ? null : tickets.get(new Key(job, repository)),
                    locks.get(repository),
                    open(repository),
                    line(repository).filter(t -> t.seq() < before).findFirst().orElse(null),
                    line(repository)
                        .filter(t -> t.seq() < before && t.batch() == null)
                        .findFirst()
                        .orElse(null)))
        .toList();
  }

  private @Nullable Batch open(RepositoryName repository) {
    return batches.values().stream()
        .filter(batch -> batch.isOpen() && batch.repository().equals(repository))
        .findFirst()
        .orElse(null);
  }

  @Override
  public List<Ticket> outsiders(List<RepositoryName> repositories, int limit) {
    return repositories.stream()
        .sorted()
        .flatMap(name -> line(name).filter(ticket -> ticket.batch() == null).limit(limit))
        .toList();
  }

  @Override
  public List<Ticket> tickets(UUID job) {
    return inOrder(ticket -> ticket.job().equals(job)).toList();
  }

  @Override
  public void put(Collection<Ticket> written) {
    written.forEach(ticket -> tickets.put(new Key(ticket.job(), ticket.repository()), ticket));
  }

  @Override
  public void remove(UUID job) {
    tickets.keySet().removeIf(key -> key.job().equals(job));
  }

  @Override
  public List<UUID> call(Collection<UUID> jobs) {
    Set<Ticket.State> waiting = Set.of(Ticket.State.WAITING, Ticket.State.BATCHED);
    return call(ticket -> jobs.contains(ticket.job()) && waiting.contains(ticket.state()));
  }

  @Override
  public List<UUID> callMembers(UUID batch, Ticket.State from) {
    return call(ticket -> batch.equals(ticket.batch()) && ticket.state() == from);
  }

  private List<UUID> call(Predicate<Ticket> which) {
    List<Ticket> called = inOrder(which).toList();
    called.forEach(
        ticket -> put(List.of(ticket.inLine(Ticket.State.CALLED, ticket.since(), ticket.batch()))));
    return called.stream().map(Ticket::job).distinct().toList();
  }

  @Override
  public Optional<Ticket> firstMember(UUID batch, Ticket.@Nullable State in) {
    return inOrder(ticket -> batch.equals(ticket.batch()) && (in == null || ticket.state() == in))
        .findFirst();
  }

  @Override
  public List<UUID> removeMembers(UUID batch, Ticket.State in) {
    List<UUID> removed =
        inOrder(ticket -> batch.equals(ticket.batch()) && ticket.state() == in)
            .map(Ticket::job)
            .toList();
    removed.forEach(this::remove);
    return removed;
  }

  @Override
  public void disband(UUID batch) {
    put(
        inOrder(ticket -> batch.equals(ticket.batch()))
            .map(ticket -> ticket.inLine(ticket.state(), ticket.since(), null))
            .toList());
  }

  @Override
  public Map<RepositoryName, Long> acquire(
      Use use, RepositoryLock.Operation operation, UUID operationId, Instant now) {
    Map<RepositoryName, Long> fences = new HashMap<>();
    for (RepositoryName repository : use.repositories()) {
      RepositoryLock lock =
          new RepositoryLock(
              repository,
              use.job(),
              use.attempt(),
              operation,
              operationId,
              ++fence,
              now,
              now.plus(RepositoryLock.LEASE),
              node,
              epoch,
              PROCESS.pid(),
              PROCESS.startTicks());
      if (locks.putIfAbsent(repository, lock) != null) {
        throw new AssertionError("two holders: " + locks.get(repository) + " and " + lock);
      }
      fences.put(repository, lock.fence());
    }
    return fences;
  }

  @Override
  public Optional<RepositoryLock> lock(RepositoryName repository) {
    return Optional.ofNullable(locks.get(repository));
  }

  @Override
  public List<RepositoryLock> locksOf(UUID job) {
    return locks.values().stream().filter(lock -> lock.job().equals(job)).toList();
  }

  @Override
  public void handOver(RepositoryLock lock, Ticket heir) {
    int attempt = heir.attempt() == null ? 0 : heir.attempt();
    replace(lock, heir.job(), attempt, lock.node(), lock.nodeEpoch(), lock.leaseUntil());
  }

  @Override
  public void takeOver(Collection<RepositoryLock> kept, Instant leaseUntil) {
    kept.forEach(lock -> replace(lock, lock.job(), lock.attempt(), node, epoch, leaseUntil));
  }

  private void replace(
      RepositoryLock lock, UUID job, int attempt, String ofNode, long ofEpoch, Instant lease) {
    locks.replace(
        lock.repository(),
        new RepositoryLock(
            lock.repository(),
            job,
            attempt,
            lock.operation(),
            lock.operationId(),
            lock.fence(),
            lock.acquiredAt(),
            lease,
            ofNode,
            ofEpoch,
            lock.pid(),
            lock.startTicks()));
  }

  @Override
  public void free(RepositoryLock lock) {
    locks.remove(lock.repository());
  }

  @Override
  public boolean holds(UUID job, int attempt, long asked) {
    return tickets(job).stream()
        .filter(ticket -> ticket.attempt() != null && ticket.attempt() == attempt)
        .map(ticket -> locks.get(ticket.repository()))
        .anyMatch(
            lock ->
                lock != null
                    && lock.fence() == asked
                    && lock.node().equals(node)
                    && lock.nodeEpoch() == epoch);
  }

  @Override
  public int renew(Instant leaseUntil) {
    return 0; // leases decide nothing while the holder works
  }

  @Override
  public Optional<Batch> batch(UUID id) {
    return Optional.ofNullable(batches.get(id));
  }

  @Override
  public void put(Batch batch) {
    batches.put(batch.id(), batch);
    long open =
        batches.values().stream()
            .filter(other -> other.isOpen() && other.repository().equals(batch.repository()))
            .count();
    if (open > 1) {
      throw new AssertionError("two open batches of " + batch.repository());
    }
  }

  List<Ticket> all() {
    return new ArrayList<>(inOrder(ticket -> true).toList());
  }
}
