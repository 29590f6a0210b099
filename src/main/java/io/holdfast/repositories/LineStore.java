package io.holdfast.repositories;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What {@link Lines} reads. Works in the transaction of its caller. */
public interface LineStore {

  List<Standing> standings(Collection<UUID> jobs);

  /** Waiting jobs with their numbers in the queue, the first behind {@code after}. */
  Map<UUID, Long> waiting(long after, int limit);

  Line line(RepositoryName repository, long after, int limit);

  List<RepositoryLock> locks(@Nullable RepositoryName after, int limit);

  List<Batch> batches(BatchQuery query);

  Optional<LockFacts> facts(RepositoryName repository);
}
