package io.holdfast.security.store;

import io.holdfast.security.Caller;
import io.holdfast.security.TokenStore;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** {@link TokenStore} on PostgreSQL. */
public final class JpaTokenStore implements TokenStore {

  private static final String REPLACE =
      """
      INSERT INTO api_token (id, name, owner, role, hash, created_at)
      VALUES (:id, :name, :owner, :role, :hash, :at)
      ON CONFLICT (name) DO UPDATE SET hash = excluded.hash, created_at = excluded.created_at
      """;

  private final EntityManager manager;

  public JpaTokenStore(EntityManager manager) {
    this.manager = manager;
  }

  @Override
  public Optional<Caller> findByHash(String hash) {
    return manager
        .createQuery("SELECT t FROM TokenRow t WHERE t.hash = :hash", TokenRow.class)
        .setParameter("hash", hash)
        .getResultStream()
        .findFirst()
        .map(TokenRow::toCaller);
  }

  @Override
  public void replace(String name, Caller caller, String hash, Instant now) {
    manager
        .createNativeQuery(REPLACE)
        .setParameter("id", UUID.randomUUID())
        .setParameter("name", name)
        .setParameter("owner", caller.name())
        .setParameter("role", caller.role())
        .setParameter("hash", hash)
        .setParameter("at", now)
        .executeUpdate();
  }
}
