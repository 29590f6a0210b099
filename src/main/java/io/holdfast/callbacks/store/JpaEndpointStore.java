package io.holdfast.callbacks.store;

import io.holdfast.callbacks.Endpoint;
import io.holdfast.callbacks.EndpointStore;
import io.holdfast.callbacks.Target;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@link EndpointStore} on PostgreSQL. */
public final class JpaEndpointStore implements EndpointStore {

  private final EntityManager manager;

  public JpaEndpointStore(EntityManager manager) {
    this.manager = manager;
  }

  @Override
  public boolean insert(Endpoint endpoint) {
    Target target = endpoint.target();
    return manager
            .createNativeQuery(CallbackSql.INSERT_ENDPOINT)
            .setParameter("id", endpoint.id())
            .setParameter("owner", endpoint.owner())
            .setParameter("name", endpoint.name())
            .setParameter("repository", endpoint.repository())
            .setParameter("url", target.url())
            .setParameter("events", target.events().toArray(String[]::new))
            .setParameter("headers", Payload.json(target.headers()))
            .setParameter("secrets", target.secrets().toArray(String[]::new))
            .setParameter("at", endpoint.createdAt())
            .executeUpdate()
        == 1;
  }

  @Override
  public List<Endpoint> list() {
    return endpoints(null);
  }

  @Override
  public Optional<Endpoint> find(UUID endpoint) {
    return endpoints(endpoint).stream().findFirst();
  }

  private List<Endpoint> endpoints(@Nullable UUID id) {
    return JpaDeliveryStore.rows(
            manager.createNativeQuery(CallbackSql.ENDPOINTS).setParameter("id", id))
        .stream()
        .map(JpaEndpointStore::endpoint)
        .toList();
  }

  private static Endpoint endpoint(Object[] row) {
    return new Endpoint(
        (UUID) row[0],
        (String) row[1],
        (String) row[2],
        (String) row[3],
        new Target(
            (String) row[4],
            List.of((String[]) row[5]),
            Payload.headers((String) row[6]),
            List.of((String[]) row[7])),
        (String) row[8],
        ((Number) row[9]).intValue(),
        (Instant) row[10],
        (Instant) row[11]);
  }

  @Override
  public boolean delete(UUID endpoint, Instant now) {
    boolean deleted =
        manager
                .createNativeQuery(CallbackSql.DELETE_ENDPOINT)
                .setParameter("id", endpoint)
                .executeUpdate()
            == 1;
    if (deleted) {
      manager
          .createNativeQuery(CallbackSql.FAIL_PENDING)
          .setParameter("lane", endpoint.toString())
          .setParameter("target", endpoint.toString())
          .setParameter("job", null)
          .setParameter("reason", "its endpoint was deleted")
          .setParameter("now", now)
          .executeUpdate();
      heal(endpoint);
    }
    return deleted;
  }

  private void heal(UUID endpoint) {
    manager
        .createNativeQuery(CallbackSql.HEALED)
        .setParameter("lane", endpoint.toString())
        .executeUpdate();
  }

  @Override
  public boolean enable(UUID endpoint) {
    heal(endpoint);
    return manager
            .createNativeQuery(CallbackSql.ENABLE)
            .setParameter("id", endpoint)
            .executeUpdate()
        == 1;
  }

  @Override
  public boolean renew(UUID endpoint, List<String> secrets) {
    return manager
            .createNativeQuery(CallbackSql.RENEW)
            .setParameter("id", endpoint)
            .setParameter("secrets", secrets.toArray(String[]::new))
            .executeUpdate()
        == 1;
  }

  @Override
  public UUID ping(Endpoint endpoint, Instant now) {
    UUID id = UUID.randomUUID();
    manager
        .createNativeQuery(CallbackSql.PING)
        .setParameter("id", id)
        .setParameter("target", endpoint.id().toString())
        .setParameter("endpoint", endpoint.id())
        .setParameter("payload", Payload.ping(endpoint, now))
        .setParameter("at", now)
        .executeUpdate();
    return id;
  }
}
