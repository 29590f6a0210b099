package io.holdfast.repositories;

import io.holdfast.platform.NodeEpoch;
import io.holdfast.platform.Transactions;
import io.holdfast.repositories.store.JpaLineStore;
import io.holdfast.repositories.store.JpaLockRepairStore;
import io.holdfast.repositories.store.JpaLockStore;
import io.holdfast.testing.TestClock;
import io.holdfast.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Nodes with their granters on one PostgreSQL, and jobs as rows. */
final class LockTown implements GranterModel.Backend {

  static final Instant NOW = TestClock.START;

  final TestDatabase database;
  final Transactions transactions;
  final Lines lines;
  private final Map<String, Life> lives = new HashMap<>();
  private long seq;

  private record Life(NodeEpoch epoch, JpaLockStore store, Granter granter, LockRepair repair) {}

  LockTown(TestDatabase database) {
    this.database = database;
    this.transactions = database.transactions();
    this.lines = new Lines(transactions, new JpaLineStore(database.entityManager()));
  }

  /** Everything is gone, and each node begins its first life. */
  void begin() {
    database.empty();
    lives.clear();
    seq = 0;
    GranterModel.NODES.forEach(this::restart);
  }

  @Override
  public void restart(String node) {
    long epoch = lives.containsKey(node) ? lives.get(node).epoch().value() + 1 : 1;
    database.execute(
        "INSERT INTO node (id, host, epoch, boot_id, started_at, heartbeat_at) VALUES ('"
            + node
            + "', 'host', 1, 'boot', now(), now()) ON CONFLICT (id) DO UPDATE SET epoch = "
            + epoch);
    lives.put(node, life(node, epoch));
  }

  private Life life(String node, long epoch) {
    NodeEpoch current = new NodeEpoch(node);
    current.begin(epoch);
    JpaLockStore store =
        new JpaLockStore(database.entityManager(), current, MemoryLockStore.PROCESS);
    return new Life(
        current,
        store,
        new Granter(store, current),
        new LockRepair(store, new JpaLockRepairStore(database.entityManager())));
  }

  private Life life(String node) {
    Life life = lives.get(node);
    if (life == null) {
      throw new IllegalStateException("begin first");
    }
    return life;
  }

  Granter granter(String node) {
    return life(node).granter();
  }

  @Override
  public <T> T on(String node, Function<Granter, T> work) {
    Granter granter = granter(node);
    return transactions.call(() -> work.apply(granter));
  }

  <T> T repair(Function<LockRepair, T> work) {
    LockRepair repair = life("node-1").repair();
    return transactions.call(() -> work.apply(repair));
  }

  @Override
  public List<Ticket> tickets() {
    return database
        .values(
            """
            SELECT concat_ws('|', job_id, repository, seq, whole, coalesce(branch, '-'), state,
              extract(epoch FROM since)::bigint, coalesce(batch_id::text, '-'), coalesce(attempt, -1),
              coalesce(fence, -1))
            FROM repository_ticket ORDER BY seq, repository
            """)
        .stream()
        .map(LockTown::ticket)
        .toList();
  }

  private static Ticket ticket(String row) {
    String[] cells = row.split("\\|", -1);
    boolean holds = !cells[8].equals("-1");
    return new Ticket(
        UUID.fromString(cells[0]),
        new RepositoryName(cells[1]),
        Long.parseLong(cells[2]),
        cells[3].equals("t"),
        cells[4].equals("-") ? null : new BranchName(cells[4]),
        Ticket.State.valueOf(cells[5]),
        Instant.ofEpochSecond(Long.parseLong(cells[6])),
        cells[7].equals("-") ? null : UUID.fromString(cells[7]),
        holds ? Integer.valueOf(cells[8]) : null,
        holds ? Long.valueOf(cells[9]) : null);
  }

  @Override
  public List<RepositoryLock> locks() {
    return lines.locks(new LockQuery(null, null, null, 1000));
  }

  /** A job in this state; held ones by node-1. */
  UUID job(String state, boolean exclusive, String... repositories) {
    UUID id = UUID.randomUUID();
    boolean held = List.of("PREPARING", "LAUNCHING", "RUNNING").contains(state);
    boolean over = List.of("FAILED", "COMPLETED", "CANCELLED", "LOST").contains(state);
    String names =
        Stream.of(repositories).map(name -> "'" + name + "'").collect(Collectors.joining(","));
    database.execute(
        ("INSERT INTO job (id, state, version, attempt, seq, owner, engine, command, environment,"
                + " repositories, exclusive, timeout_seconds, on_interrupt, created_at, queued_at,"
                + " node_id, node_epoch, ended_at) VALUES ('%s', '%s', 0, 1, %d, 'me', 'shell',"
                + " '{true}', '{}', ARRAY[%s]::text[], %s, 60, 'FAIL', now(), now(), %s, %s, %s)")
            .formatted(
                id,
                state,
                ++seq,
                names,
                exclusive,
                held ? "'node-1'" : "NULL",
                held ? "1" : "NULL",
                over ? "now()" : "NULL"));
    return id;
  }

  void become(UUID job, String state) {
    boolean held = List.of("PREPARING", "LAUNCHING", "RUNNING").contains(state);
    boolean over = List.of("FAILED", "COMPLETED", "CANCELLED", "LOST").contains(state);
    database.execute(
        "UPDATE job SET state = '%s', node_id = %s, node_epoch = %s, ended_at = %s WHERE id = '%s'"
            .formatted(
                state,
                held ? "'node-1'" : "NULL",
                held ? "1" : "NULL",
                over ? "now()" : "NULL",
                job));
  }

  void register(String... names) {
    for (String name : names) {
      database.execute(
          "INSERT INTO repository (name, id, git_url, state, owner, created_at, ready_at) VALUES ('"
              + name
              + "', gen_random_uuid(), 'https://example.org/x', 'READY', 'me', now(), now())");
    }
  }

  Use use(UUID job) {
    String number = database.value("SELECT seq FROM job WHERE id = '" + job + "'");
    List<RepositoryName> names = new ArrayList<>();
    database
        .values("SELECT unnest(repositories) FROM job WHERE id = '" + job + "'")
        .forEach(name -> names.add(new RepositoryName(name)));
    boolean exclusive =
        database.value("SELECT exclusive FROM job WHERE id = '" + job + "'").equals("t");
    return new Use(job, Long.parseLong(number), 1, names, null, exclusive);
  }

  /** Asks, and gives the job the state that follows. */
  Grant request(String node, UUID job) {
    Use use = use(job);
    Grant grant = this.<Grant>on(node, granter -> granter.request(use, NOW).grant());
    if (grant instanceof Grant.Granted) {
      become(job, "PREPARING");
    } else {
      become(job, grant instanceof Grant.Batched ? "BATCHED" : "WAITING");
    }
    return grant;
  }

  Grant request(UUID job) {
    return request("node-1", job);
  }

  List<UUID> release(UUID job, Release how) {
    return on("node-1", granter -> granter.release(job, 1, how, NOW));
  }
}
