package io.holdfast.repositories;

import io.holdfast.platform.Transactions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

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
    return jobs.isEmpty() ? Map.of() : transactions.call(() -> standingsOf(jobs));
  }

  private Map<UUID, Standing> standingsOf(Collection<UUID> jobs) {
    return store.standings(jobs).stream()
        .collect(Collectors.toMap(Standing::job, standing -> standing));
  }

  /** A page of the lines. */
  public List<Place> places(PlaceQuery query) {
    return transactions.call(() -> placesOf(query));
  }

  /** Who is first in a line that is free waits for another of its repositories. */
  private List<Place> placesOf(PlaceQuery query) {
    List<Place> places = store.places(query);
    List<UUID> elsewhere =
        places.stream().filter(Place::waitsElsewhere).map(place -> place.standing().job()).toList();
    Map<UUID, Standing> standings = elsewhere.isEmpty() ? Map.of() : standingsOf(elsewhere);
    List<Place> explained = new ArrayList<>();
    for (Place place : places) {
      Standing standing = standings.get(place.standing().job());
      explained.add(
          place.waitsElsewhere() && standing != null ? place.blockedBy(standing.blocker()) : place);
    }
    return explained;
  }

  /** Lock, batch and the first places of the line. */
  public Line line(RepositoryName repository, int limit) {
    return transactions.call(
        () ->
            new Line(
                store.locks(new LockQuery(repository, null, null, 1)).stream().findFirst(),
                store.openBatch(repository),
                store.length(repository),
                placesOf(new PlaceQuery(repository, null, limit))));
  }

  /** By repository. */
  public List<RepositoryLock> locks(LockQuery query) {
    return transactions.call(() -> store.locks(query));
  }

  /** Newest first. */
  public List<Batch> batches(BatchQuery query) {
    return transactions.call(() -> store.batches(query));
  }

  public Optional<Batch> batch(UUID id) {
    return transactions.call(() -> store.batch(id));
  }

  /** Why no job can use the repository now, because its lock contradicts the other tables. */
  public Optional<String> objection(RepositoryName repository) {
    return transactions.call(() -> store.facts(repository)).flatMap(LockFacts::contradiction);
  }

  /** The {@link #objection} to every repository that there is one to. */
  public Map<RepositoryName, String> objections() {
    Map<RepositoryName, String> objections = new HashMap<>();
    for (LockFacts facts : transactions.call(store::facts)) {
      facts.contradiction().ifPresent(why -> objections.put(facts.lock().repository(), why));
    }
    return objections;
  }
}
