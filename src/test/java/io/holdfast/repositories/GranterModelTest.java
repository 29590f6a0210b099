package io.holdfast.repositories;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Thousands of random interleavings; a failure names its seed. */
class GranterModelTest {

  private static final int RUNS = 1500;

  /** The granter on the store in memory. */
  static GranterModel.Backend memory() {
    Map<String, Long> lives = new HashMap<>();
    MemoryLockStore store = new MemoryLockStore(lives);
    return new GranterModel.Backend() {
      @Override
      public <T> T on(String node, Function<Granter, T> work) {
        return work.apply(store.granterOf(node));
      }

      @Override
      public void restart(String node) {
        lives.merge(node, 1L, Long::sum);
      }

      @Override
      public List<Ticket> tickets() {
        return store.all();
      }

      @Override
      public List<RepositoryLock> locks() {
        return List.copyOf(store.locks.values());
      }
    };
  }

  @Test
  void whateverHappensThePromisesHoldAndEverybodyGetsToTheEnd() {
    long first = Long.getLong("holdfast.seed", new Random().nextLong());
    for (long seed = first; seed < first + RUNS; seed++) {
      try {
        new GranterModel(seed, memory()).run(10 + Math.floorMod(seed, 60), () -> {});
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("run again with -Dholdfast.seed=" + seed, e);
      }
    }
  }
}
