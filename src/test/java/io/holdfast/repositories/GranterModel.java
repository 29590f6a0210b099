package io.holdfast.repositories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.testing.TestClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * People, nodes, crashes and a clock that jumps, at random, around a granter. After every step the
 * promises are checked; at the end everybody must get to their end.
 */
final class GranterModel {

  static final List<String> NODES = List.of("node-1", "node-2");

  /** Where the granter keeps its state. */
  interface Backend {

    /** One transaction with the granter of this node's current life. */
    <T> T on(String node, Function<Granter, T> work);

    /** The node begins another life. */
    void restart(String node);

    List<Ticket> tickets();

    List<RepositoryLock> locks();
  }

  private enum State {
    QUEUED,
    WAITING,
    BATCHED,
    HELD,
    ENDED
  }

  private static final class Job {
    final UUID id;
    final long seq;
    final List<RepositoryName> repositories;
    final @Nullable BranchName branch;
    final boolean exclusive;
    State state = State.QUEUED;
    int attempt;
    String node = "";
    boolean interrupted;
    @Nullable UUID leads;
    Map<RepositoryName, Long> fences = Map.of();

    Job(Random random, long seq) {
      this.id = new UUID(random.nextLong(), random.nextLong());
      this.seq = seq;
      int count = random.nextInt(4) > 0 ? 1 : 2 + random.nextInt(2);
      List<RepositoryName> some = new ArrayList<>();
      while (some.size() < count) {
        RepositoryName name = new RepositoryName("repo-" + random.nextInt(4));
        if (!some.contains(name)) {
          some.add(name);
        }
      }
      this.repositories = some;
      this.branch = random.nextInt(4) > 0 ? null : new BranchName("next");
      this.exclusive = random.nextInt(6) == 0;
    }

    Use use() {
      return new Use(id, seq, attempt, repositories, branch, exclusive);
    }

    @Override
    public String toString() {
      return seq + ":" + state + repositories + (exclusive ? "!" : "");
    }
  }

  private final Random random;
  private final Backend backend;
  private final Map<UUID, Job> jobs = new LinkedHashMap<>();
  private Instant now = TestClock.START;
  private long seq;
  private long lastFence;

  GranterModel(long seed, Backend backend) {
    this.random = new Random(seed);
    this.backend = backend;
  }

  void run(int steps, Runnable afterStep) {
    for (int i = 0; i < steps; i++) {
      step();
      check();
      afterStep.run();
    }
    finishAll();
    assertThat(backend.tickets()).isEmpty();
    assertThat(backend.locks()).isEmpty();
  }

  private void step() {
    switch (random.nextInt(14)) {
      case 0, 1, 2 -> submit();
      case 3, 4, 5, 6 -> claim(NODES.get(random.nextInt(NODES.size())));
      case 7, 8 -> any(job -> job.state == State.HELD && !job.interrupted).ifPresent(this::goOn);
      case 9 -> any(job -> job.state == State.HELD).ifPresent(this::pause);
      case 10 -> any(job -> job.state != State.ENDED).ifPresent(this::cancel);
      case 11 -> crash(NODES.get(random.nextInt(NODES.size())));
      case 12 -> now = now.plusSeconds(random.nextInt(4000) - 1000);
      default -> any(job -> job.leads != null && !job.interrupted).ifPresent(this::failToFetch);
    }
  }

  private Optional<Job> any(Predicate<Job> which) {
    List<Job> some = jobs.values().stream().filter(which).toList();
    return some.isEmpty() ? Optional.empty() : Optional.of(some.get(random.nextInt(some.size())));
  }

  private Job job(UUID id) {
    Job job = jobs.get(id);
    if (job == null) {
      throw new AssertionError("an unknown job: " + id);
    }
    return job;
  }

  private void submit() {
    Job job = new Job(random, ++seq);
    jobs.put(job.id, job);
  }

  /** Mostly the head of the queue; the one behind it where another node was faster. */
  private boolean claim(String node) {
    List<Job> queue =
        jobs.values().stream()
            .filter(job -> job.state == State.QUEUED)
            .sorted(Comparator.comparing(job -> job.seq))
            .toList();
    if (queue.isEmpty()) {
      return false;
    }
    Job job = queue.get(queue.size() > 1 && random.nextInt(4) == 0 ? 1 : 0);
    job.attempt++;
    List<Ticket> before = backend.tickets();
    Answer answer = backend.on(node, granter -> granter.request(job.use(), now));
    Grant grant = answer.grant();
    if (grant instanceof Grant.Granted granted) {
      job.state = State.HELD;
      job.node = node;
      job.interrupted = false;
      job.fences = granted.fences();
      job.leads =
          granted.preparation().filter(Preparation::leads).map(Preparation::batch).orElse(null);
      assertThat(granted.fences().keySet()).containsExactlyInAnyOrderElementsOf(job.repositories);
      fencesGrow(granted);
      nobodyWasPassed(job, before, granted.preparation().map(Preparation::batch).orElse(null));
    } else {
      job.attempt--;
      if (grant instanceof Grant.Batched batched) {
        job.state = State.BATCHED;
        nobodyWasPassed(job, before, batched.batch());
      } else {
        job.state = State.WAITING;
        Grant.Waiting waiting = (Grant.Waiting) grant;
        assertThat(job.repositories).contains(waiting.blocker().repository());
      }
    }
    called(answer.called());
    return true;
  }

  private void fencesGrow(Grant.Granted granted) {
    boolean shares = granted.preparation().filter(p -> !p.leads()).isPresent();
    for (long fence : granted.fences().values()) {
      if (shares) {
        assertThat(fence).isPositive();
      } else {
        assertThat(fence).isGreaterThan(lastFence - granted.fences().size());
      }
      lastFence = Math.max(lastFence, fence);
    }
  }

  private static void nobodyWasPassed(Job job, List<Ticket> before, @Nullable UUID batch) {
    boolean wasMember = before.stream().anyMatch(t -> t.job().equals(job.id) && t.batch() != null);
    if (wasMember) {
      return;
    }
    assertThat(before)
        .filteredOn(ticket -> job.repositories.contains(ticket.repository()))
        .filteredOn(ticket -> ticket.state() != Ticket.State.HOLDS && ticket.seq() < job.seq)
        .allMatch(ticket -> batch != null && batch.equals(ticket.batch()), "stands before " + job);
  }

  private void called(List<UUID> ids) {
    assertThat(ids).doesNotHaveDuplicates();
    for (UUID id : ids) {
      Job job = job(id);
      assertThat(job.state).as("called: %s", job).isIn(State.WAITING, State.BATCHED);
      job.state = State.QUEUED;
    }
  }

  /** A leader has fetched; all others end their use. */
  private void goOn(Job job) {
    UUID batch = job.leads;
    assertThat(holds(job)).as("%s holds", job).isTrue();
    if (batch == null) {
      end(job, Release.DONE);
      return;
    }
    long fence = job.fences.values().iterator().next();
    assertThatThrownBy(
            () -> backend.on(job.node, granter -> granter.prepared(batch, fence - 1, "c", now)))
        .isInstanceOf(StaleHolder.class);
    called(backend.on(job.node, granter -> granter.prepared(batch, fence, "c0ffee", now)));
    job.leads = null;
  }

  private boolean holds(Job job) {
    return backend.on(
        job.node,
        granter ->
            job.fences.values().stream()
                .allMatch(fence -> granter.holds(job.id, job.attempt, fence)));
  }

  private void pause(Job job) {
    end(job, Release.PAUSED);
  }

  private void end(Job job, Release how) {
    List<UUID> ids =
        backend.on(job.node, granter -> granter.release(job.id, job.attempt, how, now));
    Map<RepositoryName, Long> fences = job.fences;
    job.state = how == Release.DONE ? State.ENDED : State.QUEUED;
    job.leads = null;
    job.fences = Map.of();
    called(ids);
    for (long fence : fences.values()) {
      assertThat(backend.<Boolean>on(job.node, g -> g.holds(job.id, job.attempt, fence))).isFalse();
    }
  }

  private void cancel(Job job) {
    String node = job.state == State.HELD ? job.node : NODES.get(random.nextInt(NODES.size()));
    if (job.state == State.HELD) {
      assertThatThrownBy(
              () -> backend.on(node, g -> g.release(job.id, job.attempt - 1, Release.DONE, now)))
          .isInstanceOf(StaleHolder.class);
    }
    job.node = node;
    end(job, Release.DONE);
  }

  private void failToFetch(Job job) {
    UUID batch = job.leads;
    long fence = job.fences.values().iterator().next();
    if (batch == null) {
      return;
    }
    BatchFailure failure =
        backend.on(job.node, granter -> granter.failed(batch, fence, "no such host", now));
    for (UUID id : failure.sharers()) {
      assertThat(job(id).state).isEqualTo(State.BATCHED);
      job(id).state = State.ENDED;
    }
    called(failure.called());
    end(job, Release.DONE); // as its end does it; nothing is left to release
  }

  /** What it held stays held until somebody looks after it; exclusive jobs may outlive it. */
  private void crash(String node) {
    backend.restart(node);
    jobs.values().stream()
        .filter(job -> job.state == State.HELD && job.node.equals(node))
        .forEach(
            job -> {
              assertThat(holds(job)).as("%s holds in a former life", job).isFalse();
              job.interrupted = true;
            });
  }

  private void finishAll() {
    for (int rounds = 0; jobs.values().stream().anyMatch(job -> job.state != State.ENDED); ) {
      boolean moved = false;
      while (claim(NODES.get(0))) {
        moved = true;
        check();
      }
      for (Job job : List.copyOf(jobs.values())) {
        if (job.state == State.HELD) {
          moved = true;
          if (job.leads != null && !job.interrupted) {
            goOn(job);
          }
          end(job, job.interrupted ? Release.PAUSED : Release.DONE);
          check();
        }
      }
      assertThat(moved).as("somebody is stuck: %s, %s", jobs.values(), backend.tickets()).isTrue();
      assertThat(++rounds).as("nobody starves: %s", jobs.values()).isLessThan(1000);
    }
  }

  private void check() {
    List<Ticket> tickets = backend.tickets();
    Map<RepositoryName, RepositoryLock> locks = new LinkedHashMap<>();
    for (RepositoryLock lock : backend.locks()) {
      locks.put(lock.repository(), lock);
      if (tickets.stream().noneMatch(t -> t.job().equals(lock.job()) && holdsBy(t, lock))) {
        throw new AssertionError(lock + " has no holder in " + tickets);
      }
    }
    Map<RepositoryName, Ticket> holders = new LinkedHashMap<>();
    for (Ticket ticket : tickets) {
      Job job = job(ticket.job());
      if (ticket.state() != expected(job)) {
        throw new AssertionError(job + " has " + ticket);
      }
      if (ticket.state() == Ticket.State.HOLDS) {
        RepositoryLock lock = locks.get(ticket.repository());
        if (lock == null || !holdsBy(ticket, lock)) {
          throw new AssertionError(lock + " is not the lock of " + ticket);
        }
        Ticket other = holders.put(ticket.repository(), ticket);
        if (other != null) {
          assertThat(ticket.batch()).as("one holder").isNotNull().isEqualTo(other.batch());
        }
      }
    }
    for (Job job : jobs.values()) {
      long own = tickets.stream().filter(ticket -> ticket.job().equals(job.id)).count();
      boolean none = job.state == State.ENDED || (job.state == State.QUEUED && own == 0);
      if (own != (none ? 0 : job.repositories.size())) {
        throw new AssertionError("not all or nothing: " + job + " has " + tickets);
      }
    }
  }

  private static boolean holdsBy(Ticket ticket, RepositoryLock lock) {
    return ticket.repository().equals(lock.repository())
        && ticket.fence() != null
        && ticket.fence() == lock.fence();
  }

  private static Ticket.State expected(Job job) {
    return switch (job.state) {
      case QUEUED -> Ticket.State.CALLED;
      case WAITING -> Ticket.State.WAITING;
      case BATCHED -> Ticket.State.BATCHED;
      case HELD -> Ticket.State.HOLDS;
      case ENDED -> throw new AssertionError("a ticket of an ended job: " + job);
    };
  }
}
