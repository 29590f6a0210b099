package io.holdfast.repositories;

import static io.holdfast.repositories.LockTown.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.platform.NodeEpoch;
import io.holdfast.repositories.store.JpaLockStore;
import io.holdfast.testing.TestDatabase;
import io.holdfast.testing.Together;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GranterIT {

  private static final RepositoryName ALPHA = new RepositoryName("alpha");

  private static TestDatabase database;
  private static LockTown town;

  @BeforeAll
  static void create() {
    database = TestDatabase.create();
    town = new LockTown(database);
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void begin() {
    town.begin();
  }

  // Both stores

  @Test
  void bothStoresGiveTheSameAnswers() {
    long first = Long.getLong("holdfast.seed", new Random().nextLong());
    for (long seed = first; seed < first + 150; seed++) {
      try {
        compare(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("run again with -Dholdfast.seed=" + seed, e);
      }
    }
  }

  private static void compare(long seed) {
    town.begin();
    database.execute("ALTER SEQUENCE repository_fence RESTART");
    List<String> real = new ArrayList<>();
    new GranterModel(seed, town).run(12, () -> real.add(picture(town)));
    List<String> remembered = new ArrayList<>();
    GranterModel.Backend memory = GranterModelTest.memory();
    GranterModel.NODES.forEach(memory::restart);
    new GranterModel(seed, memory).run(12, () -> remembered.add(picture(memory)));
    assertThat(real).isEqualTo(remembered);
  }

  /** Batches are named at random: their first sight names them here. */
  private static String picture(GranterModel.Backend backend) {
    Map<UUID, String> names = new HashMap<>();
    StringBuilder picture = new StringBuilder();
    for (Ticket t : backend.tickets()) {
      UUID id = t.batch();
      String batch = id == null ? "-" : names.computeIfAbsent(id, any -> "b" + names.size());
      picture.append(
          "%d %s %s %s %s %s %s%n"
              .formatted(
                  t.seq(), t.repository(), t.state(), t.since(), batch, t.attempt(), t.fence()));
    }
    for (RepositoryLock lock : backend.locks()) {
      picture.append(
          "%s %s %s %s %s %s %s%n"
              .formatted(
                  lock.repository(),
                  lock.job(),
                  lock.attempt(),
                  lock.fence(),
                  lock.node(),
                  lock.nodeEpoch(),
                  lock.leaseUntil()));
    }
    return picture.toString();
  }

  // Races

  @Test
  void twoNodesRaceAndNobodyIsGrantedTwice() throws Exception {
    ConcurrentLinkedQueue<Use> queue = new ConcurrentLinkedQueue<>();
    Map<UUID, Use> uses = new ConcurrentHashMap<>();
    Map<UUID, UUID> batches = new ConcurrentHashMap<>();
    Map<RepositoryName, UUID> holders = new ConcurrentHashMap<>();
    AtomicInteger left = new AtomicInteger(120);
    AtomicInteger trouble = new AtomicInteger();
    Random random = new Random(7);
    for (int i = 1; i <= 120; i++) {
      int one = random.nextInt(5);
      List<RepositoryName> names = new ArrayList<>(List.of(new RepositoryName("r" + one)));
      if (random.nextInt(3) == 0) {
        names.add(new RepositoryName("r" + (one + 1) % 5));
      }
      Use use =
          new Use(new UUID(9, i), i, 1, names, null, names.size() == 1 && random.nextBoolean());
      uses.put(use.job(), use);
      queue.add(use);
    }
    Together.run(
        4,
        number -> {
          String node = GranterModel.NODES.get(number % 2);
          while (left.get() > 0) {
            Use use = queue.poll();
            if (use == null) {
              Thread.onSpinWait();
              continue;
            }
            Answer answer = town.on(node, granter -> granter.request(use, NOW));
            answer.called().forEach(job -> queue.add(uses.get(job)));
            if (!(answer.grant() instanceof Grant.Granted granted)) {
              continue;
            }
            UUID owner = granted.preparation().map(Preparation::batch).orElseGet(use::job);
            for (RepositoryName name : use.repositories()) {
              UUID before = holders.put(name, owner);
              if (before != null && !before.equals(owner)) {
                trouble.incrementAndGet();
              }
            }
            granted
                .preparation()
                .ifPresent(
                    shared -> {
                      batches.put(use.job(), shared.batch());
                      if (shared.leads()) {
                        long fence = granted.fences().values().iterator().next();
                        town.on(node, g -> g.prepared(shared.batch(), fence, "c0ffee", NOW))
                            .forEach(job -> queue.add(uses.get(job)));
                      }
                    });
            List<UUID> called =
                town.transactions.call(
                    () -> {
                      List<UUID> next = town.granter(node).release(use.job(), 1, Release.DONE, NOW);
                      use.repositories()
                          .forEach(
                              name -> {
                                if (database
                                    .entityManager()
                                    .createNativeQuery(
                                        "SELECT 1 FROM repository_lock WHERE repository = :n")
                                    .setParameter("n", name.value())
                                    .getResultList()
                                    .isEmpty()) {
                                  holders.remove(name);
                                }
                              });
                      return next;
                    });
            called.forEach(job -> queue.add(uses.get(job)));
            left.decrementAndGet();
          }
          return left.get();
        });
    assertThat(trouble).hasValue(0);
    assertThat(town.tickets()).isEmpty();
    assertThat(town.locks()).isEmpty();
    assertThat(batches).isNotEmpty();
  }

  @Test
  void aFormerLifeGrantsAndReleasesNothing() {
    UUID job = town.job("QUEUED", true, "alpha");
    Grant.Granted granted = (Grant.Granted) town.request(job);
    long fence = granted.fence(ALPHA);
    assertThat(town.<Boolean>on("node-1", g -> g.holds(job, 1, fence))).isTrue();
    NodeEpoch former = new NodeEpoch("node-1");
    former.begin(1);
    town.restart("node-1");
    Granter old =
        new Granter(
            new JpaLockStore(database.entityManager(), former, MemoryLockStore.PROCESS), former);
    assertThat(town.transactions.<Boolean>call(() -> old.holds(job, 1, fence))).isFalse();
    assertThatThrownBy(() -> town.transactions.call(() -> old.release(job, 1, Release.DONE, NOW)))
        .isInstanceOf(StaleEpoch.class);
    assertThatThrownBy(() -> town.transactions.run(old::enter)).isInstanceOf(StaleEpoch.class);
    assertThat(town.locks()).hasSize(1);
  }

  @Test
  void aLeaseIsRenewedForTheLocksOfThisLifeOnly() {
    town.request(town.job("QUEUED", true, "alpha"));
    town.request("node-2", town.job("QUEUED", true, "beta"));
    assertThat(town.<Integer>on("node-1", g -> g.renew(NOW.plusSeconds(60)))).isEqualTo(1);
    assertThat(town.locks())
        .extracting(RepositoryLock::leaseUntil)
        .containsExactly(
            NOW.plusSeconds(60).plus(RepositoryLock.LEASE), NOW.plus(RepositoryLock.LEASE));
  }

  // Batches

  @Test
  void tenJobsAtOnceFetchOnceAndStartFromOneCommit() {
    List<UUID> jobs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      jobs.add(town.job("QUEUED", false, "alpha"));
    }
    List<Grant> grants = jobs.stream().map(town::request).toList();
    Grant.Granted leader = (Grant.Granted) grants.get(0);
    Preparation preparation = leader.preparation().orElseThrow();
    assertThat(preparation.leads()).isTrue();
    assertThat(grants.subList(1, 10))
        .containsOnly(new Grant.Batched(preparation.batch(), jobs.get(0)));
    long fence = leader.fence(ALPHA);
    assertThat(
            town.<List<UUID>>on(
                "node-1", g -> g.prepared(preparation.batch(), fence, "c0ffee", NOW)))
        .containsExactlyElementsOf(jobs.subList(1, 10));
    for (UUID job : jobs.subList(1, 10)) {
      Grant.Granted member = (Grant.Granted) town.request(job);
      assertThat(member.preparation()).contains(new Preparation(preparation.batch(), "c0ffee"));
      assertThat(member.fences()).containsEntry(ALPHA, fence);
    }
    assertThat(town.release(jobs.get(0), Release.DONE)).isEmpty();
    assertThat(town.locks()).extracting(RepositoryLock::job).containsExactly(jobs.get(1));
    jobs.subList(1, 10).forEach(job -> town.release(job, Release.DONE));
    assertThat(town.locks()).isEmpty();
    assertThat(town.lines.batches(new BatchQuery(ALPHA, Batch.Phase.DISSOLVED, null, 10)))
        .singleElement()
        .satisfies(
            batch -> {
              assertThat(batch.phase()).isEqualTo(Batch.Phase.DISSOLVED);
              assertThat(batch.members()).isEqualTo(10);
            });
  }

  @Test
  void aFailedFetchFailsWhoWaitsForItAndCallsTheNext() {
    UUID leader = town.job("QUEUED", false, "alpha");
    UUID member = town.job("QUEUED", false, "alpha");
    UUID next = town.job("QUEUED", true, "alpha");
    Grant.Granted granted = (Grant.Granted) town.request(leader);
    town.request(member);
    town.request(next);
    UUID batch = granted.preparation().orElseThrow().batch();
    BatchFailure failure =
        town.on("node-1", g -> g.failed(batch, granted.fence(ALPHA), "no such host", NOW));
    assertThat(failure).isEqualTo(new BatchFailure(List.of(member), List.of(next)));
    assertThat(town.lines.batches(new BatchQuery(null, null, null, 10)))
        .extracting(Batch::reason)
        .containsExactly("no such host");
    assertThatThrownBy(
            () -> town.on("node-1", g -> g.prepared(batch, granted.fence(ALPHA), "c", NOW)))
        .isInstanceOf(StaleHolder.class);
  }

  @Test
  void aMemberThatAnotherNodeClaimsLeavesItsBatch() {
    UUID leader = town.job("QUEUED", false, "alpha");
    UUID member = town.job("QUEUED", false, "alpha");
    town.request(leader);
    town.request(member);
    assertThat(town.release(leader, Release.PAUSED)).isEmpty();
    Use use = town.use(leader);
    Answer answer = town.on("node-2", granter -> granter.request(use, NOW));
    assertThat(answer.grant()).isInstanceOf(Grant.Waiting.class);
    assertThat(answer.called()).containsExactlyInAnyOrder(member);
  }

  // Lines as people see them

  @Test
  void whereAJobStandsAndWhatItWaitsFor() {
    town.register("alpha", "beta");
    UUID holder = town.job("QUEUED", true, "alpha");
    UUID composite = town.job("QUEUED", false, "alpha", "beta");
    UUID third = town.job("QUEUED", false, "beta");
    town.request(holder);
    town.request(composite);
    town.request(third);
    Map<UUID, Standing> standings = town.lines.standings(List.of(composite, third));
    assertThat(standings.get(composite))
        .isEqualTo(new Standing(composite, ALPHA, 1, NOW, Blocker.lockedBy(town.locks().get(0))));
    assertThat(standings.get(third))
        .isEqualTo(
            new Standing(
                third,
                new RepositoryName("beta"),
                2,
                NOW,
                Blocker.reservedFor(new RepositoryName("beta"), composite)));
    assertThat(town.lines.standings(List.of())).isEmpty();
    Blocker elsewhere = Blocker.lockedBy(town.locks().get(0));
    RepositoryName beta = new RepositoryName("beta");
    assertThat(town.lines.places(new PlaceQuery(null, null, 10)))
        .extracting(Place::standing)
        .containsExactly(
            new Standing(composite, ALPHA, 1, NOW, elsewhere),
            new Standing(composite, beta, 1, NOW, elsewhere),
            standings.get(third));
    assertThat(town.lines.places(new PlaceQuery(null, new PlaceQuery.Position(beta, 2), 10)))
        .singleElement()
        .satisfies(
            place -> {
              assertThat(place.seq()).isEqualTo(3);
              assertThat(place.standing()).isEqualTo(standings.get(third));
            });
    assertThat(town.lines.places(new PlaceQuery(ALPHA, null, 10))).hasSize(1);
    Line line = town.lines.line(beta, 1);
    assertThat(line.length()).isEqualTo(2);
    assertThat(line.lock()).isEmpty();
    assertThat(line.places())
        .singleElement()
        .satisfies(place -> assertThat(place.standing().job()).isEqualTo(composite));
    assertThat(town.lines.locks(new LockQuery(null, "node-1", null, 10))).hasSize(1);
    assertThat(town.lines.locks(new LockQuery(null, "node-2", null, 10))).isEmpty();
    assertThat(town.lines.locks(new LockQuery(null, null, ALPHA, 10))).isEmpty();
    assertThat(town.lines.objection(ALPHA)).isEmpty();
    assertThat(town.release(composite, Release.DONE)).containsExactly(third);
    assertThat(town.lines.line(beta, 10).length()).isEqualTo(1);
  }

  @Test
  void aLockThatContradictsTheRestIsAnObjection() {
    town.register("alpha");
    UUID job = town.job("QUEUED", true, "alpha");
    town.request(job);
    database.execute("DELETE FROM job");
    assertThat(town.lines.objection(ALPHA))
        .contains("its lock names job " + job + ", which does not exist");
    assertThat(town.lines.objections()).containsOnlyKeys(ALPHA);
  }

  // Recovery

  @Test
  void aKeptLockGoesOnInTheNextLife() {
    town.register("alpha");
    UUID job = town.job("QUEUED", true, "alpha");
    Grant.Granted granted = (Grant.Granted) town.request(job);
    long fence = granted.fence(ALPHA);
    town.restart("node-1");
    List<LockFacts> facts = town.repair(LockRepair::locks);
    assertThat(facts).hasSize(1);
    assertThat(facts.get(0).contradiction()).isEmpty();
    assertThat(facts.get(0).attemptIsOpen()).isTrue();
    town.repair(
        repair -> {
          repair.keep(List.of(facts.get(0).lock()), NOW.plusSeconds(900));
          return true;
        });
    assertThat(town.<Boolean>on("node-1", g -> g.holds(job, 1, fence))).isTrue();
    assertThat(town.locks().get(0).leaseUntil())
        .isEqualTo(NOW.plusSeconds(900).plus(RepositoryLock.LEASE));
    assertThat(town.release(job, Release.DONE)).isEmpty();
    assertThat(town.locks()).isEmpty();
  }

  @Test
  void theHeadGoesOnWhenALockIsFreedAndItsHolderKeepsItsPlace() {
    UUID holder = town.job("QUEUED", true, "alpha");
    UUID head = town.job("QUEUED", true, "alpha");
    town.request(holder);
    town.request(head);
    RepositoryLock lock = town.locks().get(0);
    assertThat(town.<List<UUID>>repair(repair -> repair.free(lock, NOW))).isEmpty();
    assertThat(town.<List<UUID>>repair(repair -> repair.free(lock, NOW))).isEmpty();
    assertThat(town.locks()).isEmpty();
    assertThat(town.release(holder, Release.PAUSED)).isEmpty();
    assertThat(town.release(holder, Release.DONE)).containsExactly(head);
  }

  @Test
  void aLineAgreesWithItsJobsAgain() {
    UUID holder = town.job("QUEUED", true, "alpha");
    UUID over = town.job("QUEUED", true, "alpha");
    UUID gone = town.job("QUEUED", true, "alpha");
    UUID queued = town.job("QUEUED", true, "alpha");
    UUID waiting = town.job("QUEUED", true, "alpha");
    UUID ticketless = town.job("WAITING", true, "alpha");
    for (UUID job : List.of(holder, over, gone, queued, waiting)) {
      town.request(job);
    }
    town.become(over, "CANCELLED");
    database.execute("DELETE FROM job WHERE id = '" + gone + "'");
    town.become(queued, "QUEUED");
    LineRepair repaired = town.repair(repair -> repair.repairLine(NOW));
    assertThat(repaired).isEqualTo(new LineRepair(1, 2, 1, List.of(ticketless), List.of()));
    assertThat(town.<LineRepair>repair(repair -> repair.repairLine(NOW)))
        .isEqualTo(new LineRepair(1, 0, 0, List.of(ticketless), List.of()));
    RepositoryLock lock = town.locks().get(0);
    town.become(holder, "COMPLETED");
    database.execute("DELETE FROM repository_lock");
    town.become(queued, "WAITING");
    assertThat(lock.job()).isEqualTo(holder);
    assertThat(town.<LineRepair>repair(repair -> repair.repairLine(NOW)))
        .isEqualTo(new LineRepair(1, 1, 1, List.of(ticketless), List.of(queued)));
  }

  @Test
  void aBatchWithoutItsLeaderElectsAnotherAndOneOfNobodyIsOver() {
    UUID leader = town.job("QUEUED", false, "alpha");
    UUID member = town.job("QUEUED", false, "alpha");
    UUID missing = town.job("QUEUED", false, "alpha");
    town.request(leader);
    town.request(member);
    town.request(missing);
    database.execute("DELETE FROM job WHERE id IN ('" + leader + "', '" + missing + "')");
    database.execute("DELETE FROM repository_lock");
    assertThat(town.<BatchRepair>repair(repair -> repair.repairBatches(NOW)))
        .isEqualTo(new BatchRepair(1, 1, 0, 0, List.of(member)));
    town.become(member, "QUEUED");
    assertThat(town.<BatchRepair>repair(repair -> repair.repairBatches(NOW)))
        .isEqualTo(new BatchRepair(1, 0, 0, 0, List.of()));
    Grant.Granted granted = (Grant.Granted) town.request(member);
    assertThat(granted.preparation().orElseThrow().leads()).isTrue();
    town.become(member, "CANCELLED");
    assertThat(town.<BatchRepair>repair(repair -> repair.repairBatches(NOW)))
        .isEqualTo(new BatchRepair(0, 0, 1, 0, List.of()));
  }

  @Test
  void whoWaitsForAnEndedFetchIsCalled() {
    UUID leader = town.job("QUEUED", false, "alpha");
    UUID member = town.job("QUEUED", false, "alpha");
    town.request(leader);
    town.request(member);
    database.execute(
        "UPDATE batch SET phase = 'PREPARED', prepared_commit = 'c0ffee', fetched_at = now()");
    assertThat(town.<BatchRepair>repair(repair -> repair.repairBatches(NOW)))
        .isEqualTo(new BatchRepair(1, 0, 0, 0, List.of(member)));
    town.become(member, "QUEUED");
    town.request(town.job("QUEUED", false, "beta"));
    UUID stray = town.job("QUEUED", false, "beta");
    town.request(stray);
    database.execute(
        "UPDATE batch SET phase = 'DISSOLVED', ended_at = now() WHERE repository = 'beta'");
    assertThat(town.<BatchRepair>repair(repair -> repair.repairBatches(NOW)))
        .isEqualTo(new BatchRepair(1, 0, 0, 2, List.of(stray)));
  }

  // Views

  @Test
  void theViewsAreDocumentedAndCanBeRead() {
    List<String> views =
        database.values(
            "SELECT relname FROM pg_class WHERE relkind = 'v' AND relname LIKE 'holdfast%'"
                + " AND obj_description(oid) IS NOT NULL ORDER BY 1");
    assertThat(views)
        .containsExactly(
            "holdfast_batches",
            "holdfast_locks",
            "holdfast_nodes",
            "holdfast_queue",
            "holdfast_startup_log",
            "holdfast_statistics",
            "holdfast_waiting");
    town.request(town.job("QUEUED", true, "alpha"));
    UUID second = town.job("QUEUED", true, "alpha");
    town.request(second);
    views.forEach(view -> database.values("SELECT * FROM " + view));
    assertThat(database.value("SELECT in_line FROM holdfast_locks")).isEqualTo("1");
    assertThat(database.value("SELECT blocked_by FROM holdfast_waiting"))
        .isEqualTo(town.locks().get(0).job().toString());
    assertThat(database.value("SELECT locks_held FROM holdfast_nodes WHERE node_id = 'node-1'"))
        .isEqualTo("1");
  }
}
