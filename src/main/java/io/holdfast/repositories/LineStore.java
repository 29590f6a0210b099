package io.holdfast.repositories;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What {@link Lines} reads. Works in the transaction of its caller. */
public interface LineStore {

  List<Standing> standings(Collection<UUID> jobs);

  List<Place> places(PlaceQuery query);

  long length(RepositoryName repository);

  List<RepositoryLock> locks(LockQuery query);

  List<Batch> batches(BatchQuery query);

  Optional<Batch> batch(UUID id);

  Optional<Batch> openBatch(RepositoryName repository);

  Optional<LockFacts> facts(RepositoryName repository);

  /** Of every lock. */
  List<LockFacts> facts();
}
