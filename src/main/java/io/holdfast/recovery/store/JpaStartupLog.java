package io.holdfast.recovery.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.platform.NodeEpoch;
import io.holdfast.platform.Transactions;
import io.holdfast.recovery.Operation;
import io.holdfast.recovery.ResourceError;
import io.holdfast.recovery.StartupLog;
import io.holdfast.recovery.StartupRun;
import io.holdfast.recovery.StartupRun.Aborted;
import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** {@link StartupLog} on PostgreSQL. */
public final class JpaStartupLog implements StartupLog {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Transactions transactions;
  private final EntityManager manager;
  private final NodeEpoch epoch;
  private final Set<UUID> ours = ConcurrentHashMap.newKeySet();

  public JpaStartupLog(Transactions transactions, EntityManager manager, NodeEpoch epoch) {
    this.transactions = transactions;
    this.manager = manager;
    this.epoch = epoch;
  }

  @Override
  public Opened open(String host, String bootId, Instant now) {
    UUID id = UUID.randomUUID();
    ours.add(id); // even if the commit seems to fail: it may have worked
    record Begun(long epoch, Optional<Aborted> aborted) {}
    Begun begun =
        transactions.call(
            () -> {
              Optional<Aborted> before = openRun();
              long taken =
                  ((Number)
                          manager
                              .createNativeQuery(StartupSql.NEXT_EPOCH)
                              .setParameter("node", epoch.node())
                              .setParameter("host", host)
                              .setParameter("bootId", bootId)
                              .setParameter("at", now)
                              .getSingleResult())
                      .longValue();
              manager
                  .createNativeQuery(StartupSql.OPEN)
                  .setParameter("id", id)
                  .setParameter("node", epoch.node())
                  .setParameter("epoch", taken)
                  .setParameter("at", now)
                  .setParameter("aborted", before.map(Aborted::id).orElse(null))
                  .executeUpdate();
              return new Begun(taken, before);
            });
    epoch.begin(begun.epoch());
    return new Opened(id, begun.aborted());
  }

  /** The latest start of this node before this life of the server, if it never finished. */
  private Optional<Aborted> openRun() {
    return runs(1).stream()
        .findFirst()
        .flatMap(
            run ->
                ours.contains(run.id())
                    ? Optional.ofNullable(run.abortedPredecessor())
                    : aborted(run));
  }

  private static Optional<Aborted> aborted(StartupRun run) {
    return run.totalDurationMillis() == null
        ? Optional.of(new Aborted(run.id(), run.startedAt(), run.running()))
        : Optional.empty();
  }

  @Override
  public void phaseStarted(UUID run, String component) {
    transactions.run(
        () ->
            manager
                .createNativeQuery(StartupSql.PHASE_STARTED)
                .setParameter("id", run)
                .setParameter("component", component)
                .executeUpdate());
  }

  @Override
  public void phaseEnded(UUID run, Operation operation) {
    transactions.run(
        () -> {
          manager
              .createNativeQuery(StartupSql.PHASE_ENDED)
              .setParameter("id", run)
              .setParameter("component", operation.component())
              .executeUpdate();
          manager
              .createNativeQuery(StartupSql.OPERATION)
              .setParameter("id", run)
              .setParameter("component", operation.component())
              .setParameter("operation", operation.operation())
              .setParameter("at", operation.timestamp())
              .setParameter("duration", operation.duration().toMillis())
              .setParameter("status", operation.status().name().toLowerCase(Locale.ROOT))
              .setParameter("counts", write(operation.counts()))
              .setParameter("errors", write(operation.errors()))
              .executeUpdate();
        });
  }

  @Override
  public void close(UUID run, Instant now, Duration total, boolean degraded) {
    transactions.run(
        () ->
            manager
                .createNativeQuery(StartupSql.CLOSE)
                .setParameter("id", run)
                .setParameter("at", now)
                .setParameter("total", total.toMillis())
                .setParameter("degraded", degraded)
                .executeUpdate());
  }

  @Override
  public void beat(Instant now) {
    transactions.run(
        () ->
            manager
                .createNativeQuery(StartupSql.BEAT)
                .setParameter("at", now)
                .setParameter("node", epoch.node())
                .setParameter("epoch", epoch.value())
                .executeUpdate());
  }

  @Override
  public List<StartupRun> latest(int count) {
    return transactions.call(() -> runs(count));
  }

  private List<StartupRun> runs(int count) {
    List<StartupRun> runs = new ArrayList<>();
    for (Object found :
        manager
            .createNativeQuery(StartupSql.LATEST)
            .setParameter("node", epoch.node())
            .setParameter("count", count)
            .getResultList()) {
      runs.add(run((Object[]) found));
    }
    return runs;
  }

  private StartupRun run(Object[] row) {
    UUID id = (UUID) row[0];
    return new StartupRun(
        id,
        epoch.node(),
        (Instant) row[1],
        row[2] == null ? null : ((Number) row[2]).longValue(),
        List.of((String[]) row[3]),
        (Boolean) row[4],
        row[5] == null
            ? null
            : new Aborted((UUID) row[5], (Instant) row[6], List.of((String[]) row[7])),
        operations(id));
  }

  private List<Operation> operations(UUID run) {
    List<Operation> operations = new ArrayList<>();
    for (Object found :
        manager.createNativeQuery(StartupSql.OPERATIONS).setParameter("id", run).getResultList()) {
      Object[] row = (Object[]) found;
      operations.add(
          new Operation(
              (String) row[0],
              (String) row[1],
              (Instant) row[2],
              Duration.ofMillis(((Number) row[3]).longValue()),
              Operation.Status.valueOf(((String) row[4]).toUpperCase(Locale.ROOT)),
              read((String) row[5], new TypeReference<Map<String, Long>>() {}),
              read((String) row[6], new TypeReference<List<ResourceError>>() {})));
    }
    return operations;
  }

  private static String write(@Nullable Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("startup log", e);
    }
  }

  private static <T> T read(String text, TypeReference<T> type) {
    try {
      return JSON.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("startup log", e);
    }
  }
}
