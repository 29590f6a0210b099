package io.holdfast.repositories.store;

import io.holdfast.repositories.BranchName;
import io.holdfast.repositories.Repository;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.repositories.RepositoryState;
import io.holdfast.repositories.RepositoryStore;
import jakarta.persistence.EntityManager;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Repositories in PostgreSQL. */
public class JpaRepositoryStore implements RepositoryStore {

  // The empty string stands for null: an untyped null has no type in a native statement.
  private static final String INSERT =
      """
      INSERT INTO repository (name, id, git_url, branch, state, owner, created_at)
      VALUES (:name, :id, :gitUrl, NULLIF(:branch, ''), :state, :owner, :createdAt)
      ON CONFLICT (name) DO NOTHING
      """;

  private static final String KEEP =
      "SELECT name FROM repository WHERE name = ANY(:names) ORDER BY name FOR KEY SHARE";

  // Not JPA's PESSIMISTIC_WRITE: Hibernate's FOR NO KEY UPDATE does not exclude FOR KEY SHARE.
  private static final String LOCK = "SELECT * FROM repository WHERE name = :name FOR UPDATE";

  private static final String UPDATE =
      """
      UPDATE RepositoryRow r SET r.state = :state, r.reason = :reason, r.readyAt = :readyAt
      WHERE r.id = :id AND r.state = :from
      """;

  private final EntityManager entityManager;

  public JpaRepositoryStore(EntityManager entityManager) {
    this.entityManager = entityManager;
  }

  @Override
  public boolean insert(Repository repository) {
    BranchName branch = repository.branch();
    return entityManager
            .createNativeQuery(INSERT)
            .setParameter("name", repository.name().value())
            .setParameter("id", repository.id())
            .setParameter("gitUrl", repository.gitUrl().value())
            .setParameter("branch", branch == null ? "" : branch.value())
            .setParameter("state", repository.state().name())
            .setParameter("owner", repository.owner())
            .setParameter("createdAt", repository.createdAt())
            .executeUpdate()
        == 1;
  }

  @Override
  public Optional<Repository> find(RepositoryName name) {
    return Optional.ofNullable(entityManager.find(RepositoryRow.class, name.value()))
        .map(RepositoryRow::toRepository);
  }

  @Override
  public Optional<Repository> lock(RepositoryName name) {
    List<?> rows =
        entityManager
            .createNativeQuery(LOCK, RepositoryRow.class)
            .setParameter("name", name.value())
            .getResultList();
    return rows.stream().map(row -> ((RepositoryRow) row).toRepository()).findFirst();
  }

  @Override
  public Set<String> keep(Collection<String> names) {
    Set<String> kept = new TreeSet<>();
    for (Object name :
        entityManager
            .createNativeQuery(KEEP, String.class)
            .setParameter("names", names.toArray(String[]::new))
            .getResultList()) {
      kept.add((String) name);
    }
    return kept;
  }

  @Override
  public List<Repository> list() {
    return entityManager
        .createQuery("SELECT r FROM RepositoryRow r ORDER BY r.name", RepositoryRow.class)
        .getResultStream()
        .map(RepositoryRow::toRepository)
        .toList();
  }

  @Override
  public boolean update(RepositoryState from, Repository to) {
    return entityManager
            .createQuery(UPDATE)
            .setParameter("state", to.state())
            .setParameter("reason", to.reason())
            .setParameter("readyAt", to.readyAt())
            .setParameter("id", to.id())
            .setParameter("from", from)
            .executeUpdate()
        == 1;
  }

  @Override
  public void delete(Repository repository) {
    entityManager
        .createQuery("DELETE FROM RepositoryRow r WHERE r.id = :id")
        .setParameter("id", repository.id())
        .executeUpdate();
  }
}
