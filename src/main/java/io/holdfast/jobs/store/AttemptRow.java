package io.holdfast.jobs.store;

import io.holdfast.execution.AttemptKey;
import io.holdfast.execution.Handle;
import io.holdfast.jobs.AttemptRecord;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of table job_attempt, read only. */
@Entity
@Table(name = "job_attempt")
@SuppressWarnings("NullAway.Init") // filled by JPA
class AttemptRow {

  @Embeddable
  record Key(@Column(name = "job_id") UUID job, int attempt) implements Serializable {}

  @EmbeddedId private Key id;

  @Column(name = "node_id")
  private String node;

  @Column(name = "session_id")
  private @Nullable UUID session;

  @Column(name = "launch_token")
  private @Nullable UUID token;

  @Column(name = "boot_id")
  private @Nullable String bootId;

  @Column(name = "claimed_at")
  private Instant claimedAt;

  @Column(name = "launched_at")
  private @Nullable Instant launchedAt;

  @Column(name = "started_at")
  private @Nullable Instant startedAt;

  @Column(name = "ended_at")
  private @Nullable Instant endedAt;

  private @Nullable String outcome;

  @Column(name = "exit_code")
  private @Nullable Integer exitCode;

  private @Nullable String evidence;

  @Column(name = "output_bytes")
  private long outputBytes;

  Optional<Handle> handle() {
    return session == null || token == null || bootId == null
        ? Optional.empty()
        : Optional.of(new Handle(new AttemptKey(id.job(), id.attempt()), session, token, bootId));
  }

  AttemptRecord toRecord() {
    return new AttemptRecord(
        id.attempt(),
        node,
        session,
        claimedAt,
        launchedAt,
        startedAt,
        endedAt,
        outcome,
        exitCode,
        evidence,
        outputBytes);
  }
}
