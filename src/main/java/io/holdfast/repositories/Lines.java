package io.holdfast.repositories;

import io.holdfast.platform.Transactions;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What people see of locks, lines and batches. Reads only, each call in its own transaction. */
public final class Lines {

  private final Transactions transactions;
  private final LineStore store;

  public Lines(Transactions transactions, LineStore store) {
    this.transactions = transactions;
    this.store = store;
  }

  /** Of those of the jobs that are WAITING or BATCHED. */
  public Map<UUID, Standing> standings(Collection<UUID> jobs) {
    return jobs.isEmpty()
        ? Map.of()
        : transactions.call(() -> store.standings(jobs)).stream()
            .collect(Collectors.toMap(Standing::job, standing -> standing));
  }

  /** All waiting jobs in queue order, a page of those behind the number {@code after}. */
  public List<Waiter> waiting(long after, int limit) {
    return transactions.call(
        () -> {
          Map<UUID, Long> page = store.waiting(after, limit);
          return store.standings(page.keySet()).stream()
              .map(standing -> new Waiter(page.getOrDefault(standing.job(), 0L), standing))
              .sorted((a, b) -> Long.compare(a.seq(), b.seq()))
              .toList();
        });
  }

  /** A waiting job and its number in the queue, by which the next page is asked for. */
  public record Waiter(long seq, Standing standing) {}

  /** Lock, batch and a page of the line, of those behind the number {@code after}. */
  public Line line(RepositoryName repository, long after, int limit) {
    return transactions.call(() -> store.line(repository, after, limit));
  }

  /** By repository, a page of those behind {@code after}. */
  public List<RepositoryLock> locks(@Nullable RepositoryName after, int limit) {
    return transactions.call(() -> store.locks(after, limit));
  }

  /** Newest first. */
  public List<Batch> batches(BatchQuery query) {
    return transactions.call(() -> store.batches(query));
  }

  /** Why no job can use the repository now, because its lock contradicts the other tables. */
  public Optional<String> objection(RepositoryName repository) {
    return transactions
        .call(() -> store.facts(repository))
        .flatMap(LockFacts::contradiction)
        .map(reason -> "Repository unavailable: " + reason);
  }
}
