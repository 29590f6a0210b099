package io.holdfast.repositories.store;

import io.holdfast.repositories.BranchName;
import io.holdfast.repositories.GitUrl;
import io.holdfast.repositories.Repository;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.repositories.RepositoryState;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code repository}. Read here, written by the statements of the store. */
@Entity
@Table(name = "repository")
class RepositoryRow {

  @Id private String name;

  private UUID id;

  @Column(name = "git_url")
  private String gitUrl;

  private @Nullable String branch;

  @Enumerated(EnumType.STRING)
  private RepositoryState state;

  private @Nullable String reason;

  private String owner;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "ready_at")
  private @Nullable Instant readyAt;

  @SuppressWarnings("NullAway.Init") // JPA fills the fields
  protected RepositoryRow() {}

  Repository toRepository() {
    return new Repository(
        id,
        new RepositoryName(name),
        new GitUrl(gitUrl),
        branch == null ? null : new BranchName(branch),
        state,
        reason,
        owner,
        createdAt,
        readyAt);
  }
}
