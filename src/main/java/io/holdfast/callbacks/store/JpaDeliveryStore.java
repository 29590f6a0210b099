package io.holdfast.callbacks.store;

import io.holdfast.callbacks.Answer;
import io.holdfast.callbacks.Delivery;
import io.holdfast.callbacks.DeliveryState;
import io.holdfast.callbacks.DeliveryStore;
import io.holdfast.callbacks.LaneHealth;
import io.holdfast.callbacks.Parcel;
import io.holdfast.callbacks.Settlement;
import io.holdfast.platform.NodeEpoch;
import io.holdfast.platform.Position;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** {@link DeliveryStore} on PostgreSQL. */
public final class JpaDeliveryStore implements DeliveryStore {

  private final EntityManager manager;
  private final NodeEpoch epoch;

  public JpaDeliveryStore(EntityManager manager, NodeEpoch epoch) {
    this.manager = manager;
    this.epoch = epoch;
  }

  @Override
  public List<Parcel> claim(int atMost, int perLane, Duration lease, Instant now) {
    List<Parcel> parcels = new ArrayList<>();
    for (Object[] row :
        rows(
            manager
                .createNativeQuery(CallbackSql.CLAIM)
                .setParameter("node", epoch.node())
                .setParameter("epoch", epoch.value())
                .setParameter("perLane", perLane)
                .setParameter("limit", atMost)
                .setParameter("lease", now.plus(lease))
                .setParameter("now", now))) {
      parcels.add(
          new Parcel(
              (UUID) row[0],
              (UUID) row[1],
              (UUID) row[2],
              (String) row[3],
              (UUID) row[4],
              (String) row[5],
              ((Number) row[6]).intValue(),
              (Boolean) row[7],
              (String) row[8],
              Payload.headers((String) row[9]),
              List.of((String[]) row[10]),
              (String) row[11]));
    }
    return parcels;
  }

  @Override
  public Set<UUID> settle(Collection<Settlement> settlements, Instant now) {
    Set<UUID> settled = new HashSet<>();
    for (Object id :
        manager
            .createNativeQuery(CallbackSql.SETTLE, UUID.class)
            .setParameter(
                "outcomes",
                Payload.json(settlements.stream().map(JpaDeliveryStore::outcome).toList()))
            .setParameter("now", now)
            .getResultList()) {
      settled.add((UUID) id);
    }
    return settled;
  }

  private static Map<String, Object> outcome(Settlement settlement) {
    Map<String, Object> outcome = new LinkedHashMap<>();
    outcome.put("id", settlement.id().toString());
    outcome.put("token", settlement.token().toString());
    outcome.put("state", settlement.state().name());
    outcome.put("due", settlement.due() == null ? null : settlement.due().toString());
    outcome.put("counted", settlement.counted());
    outcome.put("at", settlement.at().toString());
    outcome.put("took", settlement.took().toMillis());
    outcome.put("reason", settlement.reason());
    Answer answer = settlement.answer();
    if (answer instanceof Answer.Status status) {
      outcome.put("status", status.code());
      outcome.put("answer", status.excerpt().replace('\0', '�'));
    } else if (answer instanceof Answer.None none) {
      outcome.put("error", none.error().replace('\0', '�'));
    } else if (answer instanceof Answer.Forbidden forbidden) {
      outcome.put("error", forbidden.error());
    }
    return outcome;
  }

  @Override
  public Map<String, LaneHealth> troubled(Collection<String> lanes) {
    Map<String, LaneHealth> troubled = new HashMap<>();
    for (Object[] row :
        rows(
            manager
                .createNativeQuery(CallbackSql.TROUBLED)
                .setParameter("lanes", lanes.toArray(String[]::new)))) {
      troubled.put(
          (String) row[0],
          new LaneHealth(((Number) row[1]).intValue(), (Instant) row[2], (Instant) row[3]));
    }
    return troubled;
  }

  @Override
  public void trouble(String lane, LaneHealth health) {
    manager
        .createNativeQuery(CallbackSql.TROUBLE)
        .setParameter("lane", lane)
        .setParameter("failures", health.failures())
        .setParameter("since", health.since())
        .setParameter("openUntil", health.openUntil())
        .executeUpdate();
  }

  @Override
  public void healed(String lane) {
    manager.createNativeQuery(CallbackSql.HEALED).setParameter("lane", lane).executeUpdate();
  }

  @Override
  public void disable(Parcel parcel, String reason, Instant now) {
    if (parcel.endpoint() != null) {
      manager
          .createNativeQuery(CallbackSql.DISABLE_ENDPOINT)
          .setParameter("id", parcel.endpoint())
          .setParameter("reason", reason)
          .executeUpdate();
    } else {
      manager
          .createNativeQuery(CallbackSql.DISABLE_JOB_CALLBACK)
          .setParameter("job", parcel.job())
          .setParameter("target", parcel.target())
          .executeUpdate();
    }
    manager
        .createNativeQuery(CallbackSql.FAIL_PENDING)
        .setParameter("lane", parcel.lane())
        .setParameter("target", parcel.target())
        .setParameter("job", parcel.endpoint() == null ? parcel.job() : null)
        .setParameter("reason", "its target is disabled: " + reason)
        .setParameter("now", now)
        .executeUpdate();
  }

  @Override
  public int recover(Instant now) {
    return count(
        manager
            .createNativeQuery(CallbackSql.RECOVER)
            .setParameter("node", epoch.node())
            .setParameter("why", "the server stopped"));
  }

  @Override
  public int releaseExpired(Instant now) {
    return count(
        manager
            .createNativeQuery(CallbackSql.RELEASE_EXPIRED)
            .setParameter("now", now)
            .setParameter("why", "its lease ran out"));
  }

  @Override
  public int drop(Instant deliveredBefore, int atMost) {
    return manager
        .createNativeQuery(CallbackSql.DROP)
        .setParameter("before", deliveredBefore)
        .setParameter("limit", atMost)
        .executeUpdate();
  }

  @Override
  public Optional<Delivery> find(UUID delivery) {
    return rows(manager.createNativeQuery(CallbackSql.FIND).setParameter("id", delivery)).stream()
        .findFirst()
        .map(JpaDeliveryStore::delivery);
  }

  @Override
  public List<Delivery.Try> tries(UUID delivery) {
    return rows(manager.createNativeQuery(CallbackSql.TRIES).setParameter("id", delivery)).stream()
        .map(
            row ->
                new Delivery.Try(
                    (Instant) row[0],
                    row[1] == null ? null : Duration.ofMillis(((Number) row[1]).longValue()),
                    (Integer) row[2],
                    (String) row[3],
                    (String) row[4]))
        .toList();
  }

  @Override
  public List<Delivery> list(Delivery.Query query) {
    Position before = query.before();
    return rows(
            manager
                .createNativeQuery(CallbackSql.LIST)
                .setParameter("state", query.state() == null ? null : query.state().name())
                .setParameter("job", query.job())
                .setParameter("endpoint", query.endpoint())
                .setParameter("beforeTime", before == null ? null : before.createdAt())
                .setParameter("beforeId", before == null ? null : before.id())
                .setParameter("limit", query.limit()))
        .stream()
        .map(JpaDeliveryStore::delivery)
        .toList();
  }

  private static Delivery delivery(Object[] row) {
    return new Delivery(
        (UUID) row[0],
        (UUID) row[1],
        ((Number) row[2]).intValue(),
        (String) row[3],
        (UUID) row[4],
        (String) row[5],
        DeliveryState.valueOf((String) row[6]),
        (Instant) row[7],
        ((Number) row[8]).intValue(),
        (String) row[9],
        (Instant) row[10],
        (Instant) row[11]);
  }

  @Override
  public Delivery.Overview overview(Instant now) {
    Object[] row =
        rows(manager.createNativeQuery(CallbackSql.OVERVIEW).setParameter("now", now)).get(0);
    return new Delivery.Overview(
        ((Number) row[0]).longValue(),
        ((Number) row[1]).longValue(),
        ((Number) row[2]).longValue(),
        ((Number) row[3]).longValue(),
        (Instant) row[4]);
  }

  @Override
  public boolean redeliver(UUID delivery, Instant now) {
    return manager
            .createNativeQuery(CallbackSql.REDELIVER_ONE)
            .setParameter("id", delivery)
            .setParameter("now", now)
            .executeUpdate()
        == 1;
  }

  @Override
  public int redeliverFailed(Instant since, Instant now) {
    return manager
        .createNativeQuery(CallbackSql.REDELIVER_FAILED)
        .setParameter("since", since)
        .setParameter("now", now)
        .executeUpdate();
  }

  private static int count(Query query) {
    return ((Number) query.getSingleResult()).intValue();
  }

  static List<Object[]> rows(Query query) {
    List<Object[]> rows = new ArrayList<>();
    for (Object row : query.getResultList()) {
      rows.add((Object[]) row);
    }
    return rows;
  }
}
