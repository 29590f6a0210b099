package io.holdfast.repositories;

import static io.holdfast.repositories.LockTown.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.ManyJobs;
import io.holdfast.testing.TestDatabase;
import io.holdfast.testing.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Prints figures; what is asserted is that the work was done. A machine's times are its own. */
class LockFiguresIT {

  private static final int GRANTS = 200;

  private static TestDatabase database;
  private static LockTown town;

  @BeforeAll
  static void create() {
    database = TestDatabase.create();
    town = new LockTown(database);
    town.begin();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static <T> T timed(String what, Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    print(what, (System.nanoTime() - start) / 1e6, "ms");
    return result;
  }

  private static void print(String what, double figure, String unit) {
    System.out.printf(Locale.ROOT, "locks: %-62s %8.2f %s%n", what, figure, unit);
  }

  /** Jobs with these numbers, and whatever else a crash finds: 100 locks, 1000 jobs in line. */
  private static void crowd() {
    database.execute(
        """
        INSERT INTO repository (name, id, git_url, state, owner, created_at, ready_at)
        SELECT 'held-' || i, gen_random_uuid(), 'https://example.org/x', 'READY', 'me', now(), now()
        FROM generate_series(0, 99) i
        """);
    ManyJobs.insert(database, "RUNNING", 1, 100, "held-' || (i - 1) || '", true);
    database.execute(
        """
        INSERT INTO repository_lock SELECT repositories[1], id, 1, 'JOB', id, nextval('repository_fence'), now(), now(),
          'node-1', 1, 4711, 99 FROM job WHERE state = 'RUNNING'
        """);
    database.execute(
        """
        INSERT INTO repository_ticket
        SELECT j.id, l.repository, j.seq, true, NULL, 'HOLDS', now(), NULL, 1, l.fence
        FROM job j JOIN repository_lock l ON l.job_id = j.id
        """);
    ManyJobs.insert(database, "WAITING", 101, 1100, "line-' || (i % 50) || '", false);
    database.execute(
        """
        INSERT INTO repository_ticket
        SELECT id, repositories[1], seq, false, NULL, 'WAITING', now(), NULL, NULL, NULL
        FROM job WHERE state = 'WAITING'
        """);
  }

  @Test
  void aHundredLocksAndAThousandInLineAreRecovered() {
    for (String round : List.of("first, cold", "again", "third")) {
      town.begin();
      crowd();
      town.restart("node-1");
      database.execute("ANALYZE");
      int kept =
          timed(
              "100 locks decided and kept (" + round + ")",
              () ->
                  town.repair(
                      repair -> {
                        List<LockFacts> locks = repair.locks();
                        locks.forEach(
                            facts -> {
                              LockVerdict verdict =
                                  LockVerdict.decide(
                                      facts,
                                      new HolderEvidence(HolderEvidence.Proof.LIVES, "it runs"),
                                      facts.lock().acquiredAt());
                              assertThat(verdict.kind()).isEqualTo(LockVerdict.Kind.KEEP);
                            });
                        repair.keep(locks.stream().map(LockFacts::lock).toList(), NOW);
                        return locks.size();
                      }));
      assertThat(kept).isEqualTo(100);
      LineRepair repaired =
          timed(
              "1000 in 50 lines repaired and called (" + round + ")",
              () -> town.repair(repair -> repair.repairLine(NOW)));
      assertThat(repaired.called()).hasSize(1000);
      timed(
          "batches repaired (" + round + ")",
          () -> town.repair(repair -> repair.repairBatches(NOW)));
    }
    town.begin();
    crowd();
    List<UUID> waiting =
        database.values("SELECT id FROM job WHERE state = 'WAITING'").stream()
            .map(UUID::fromString)
            .toList();
    assertThat(timed("1000 standings", () -> town.lines.standings(waiting))).hasSize(1000);
  }

  @Test
  void grantsUnderContention() throws Exception {
    town.begin();
    AtomicLong number = new AtomicLong();
    for (String kind : List.of("exclusive", "two repositories", "shared")) {
      for (int threads : new int[] {1, 4}) {
        int each = GRANTS / threads;
        long start = System.nanoTime();
        Together.run(
            threads,
            thread -> {
              for (int i = 0; i < each; i++) {
                grantAndRelease(kind, thread, number.incrementAndGet());
              }
              return 0;
            });
        print(
            kind + ", " + threads + " threads on two nodes, granted and released",
            GRANTS / ((System.nanoTime() - start) / 1e9),
            "/s");
      }
    }
    assertThat(town.locks()).isEmpty();
  }

  /** Each thread has repositories of its own: what they contend for is the turn. */
  private static void grantAndRelease(String kind, int thread, long seq) {
    List<RepositoryName> names = new ArrayList<>(List.of(new RepositoryName("r" + thread)));
    if (kind.equals("two repositories")) {
      names.add(new RepositoryName("s" + thread));
    }
    Use use = new Use(new UUID(1, seq), seq, 1, names, null, kind.equals("exclusive"));
    String node = GranterModel.NODES.get(thread % 2);
    Grant grant = town.<Grant>on(node, granter -> granter.request(use, NOW).grant());
    assertThat(grant).isInstanceOf(Grant.Granted.class);
    town.<List<UUID>>on(node, granter -> granter.release(use.job(), 1, Release.DONE, NOW));
  }

  @Test
  void aRequestCostsTheSameBesideAMillionEndedAndAHundredThousandWaitingJobs() {
    town.begin();
    database.execute("ANALYZE");
    measure("warm-up");
    double empty = measure("empty");
    ManyJobs.insert(database, "COMPLETED", 1, 1_000_000, "old", false);
    ManyJobs.insert(database, "WAITING", 1_000_001, 1_100_000, "line-' || (i % 50) || '", true);
    database.execute(
        """
        INSERT INTO repository_ticket
        SELECT id, repositories[1], seq, true, NULL, 'WAITING', now(), NULL, NULL, NULL
        FROM job WHERE state = 'WAITING'
        """);
    database.execute(
        """
        INSERT INTO repository_lock SELECT 'line-' || i, gen_random_uuid(), 1, 'JOB', gen_random_uuid(),
          nextval('repository_fence'), now(), now(), 'node-1', 1, 4711, 99 FROM generate_series(0, 49) i
        """);
    database.execute("ANALYZE");
    database.execute("VACUUM repository_ticket"); // as autovacuum does after so many
    double full = measure("1,000,000 ended, 100,000 waiting");
    print("times an empty database's", full / empty, "");
    timed(
        "a page of 100 of all lines, from the middle",
        () ->
            town.lines.places(
                new PlaceQuery(
                    null, new PlaceQuery.Position(new RepositoryName("line-25"), 1_050_000), 100)));
    for (String view : List.of("queue", "locks", "nodes", "statistics", "startup_log")) {
      timed("SELECT * FROM holdfast_" + view, () -> database.values(read(view)));
    }
    timed(
        "a line of 2000 from holdfast_waiting",
        () ->
            database.values(
                "SELECT job_id FROM holdfast_waiting WHERE repository = 'line-7' ORDER BY position"));
    timed(
        "holdfast_batches, newest 100",
        () ->
            database.values(
                "SELECT batch_id FROM holdfast_batches ORDER BY created_at DESC LIMIT 100"));
  }

  private static String read(String view) {
    return "SELECT * FROM holdfast_" + view;
  }

  /** Median of requests that are granted and of requests that have to wait, in their order. */
  private static double measure(String where) {
    long[] granted = new long[150];
    long[] waits = new long[150];
    for (int i = 0; i < granted.length; i++) {
      Use holder = exclusive(i * 2L, "busy");
      Use second = exclusive(i * 2L + 1, "busy");
      granted[i] = request(holder);
      waits[i] = request(second);
      town.<List<UUID>>on("node-1", g -> g.release(second.job(), 1, Release.DONE, NOW));
      town.<List<UUID>>on("node-1", g -> g.release(holder.job(), 1, Release.DONE, NOW));
    }
    double median = median(granted);
    print("request granted, median (" + where + ")", median, "ms");
    print("request that waits, median (" + where + ")", median(waits), "ms");
    return median;
  }

  private static Use exclusive(long number, String repository) {
    return new Use(
        new UUID(2, number),
        2_000_000 + number,
        1,
        List.of(new RepositoryName(repository)),
        null,
        true);
  }

  private static long request(Use use) {
    long start = System.nanoTime();
    town.<Answer>on("node-1", granter -> granter.request(use, NOW));
    return System.nanoTime() - start;
  }

  private static double median(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return Duration.ofNanos(sorted[sorted.length / 2]).toNanos() / 1e6;
  }
}
