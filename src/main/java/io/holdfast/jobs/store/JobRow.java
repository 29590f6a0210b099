package io.holdfast.jobs.store;

import io.holdfast.jobs.Job;
import io.holdfast.jobs.JobSpec;
import io.holdfast.jobs.JobState;
import io.holdfast.jobs.OnInterrupt;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of table job as it is inserted and read; it is changed by {@link JobSql#TRANSITION} only.
 */
@Entity
@Table(name = "job")
@SuppressWarnings({
  "NullAway.Init",
  "UnusedVariable"
}) // filled by JPA; seq and has_callbacks are only written
class JobRow {

  @Id private UUID id;

  @Enumerated(EnumType.STRING)
  private JobState state;

  private long version;
  private int attempt;
  private @Nullable Long seq;
  private String owner;
  private @Nullable String title;
  private String engine;
  private String[] command;
  private @Nullable String prompt;

  @Convert(converter = EnvironmentConverter.class)
  private Map<String, String> environment;

  private String[] repositories;
  private @Nullable String branch;
  private boolean exclusive;

  @Column(name = "timeout_seconds")
  private long timeoutSeconds;

  @Enumerated(EnumType.STRING)
  @Column(name = "on_interrupt")
  private OnInterrupt onInterrupt;

  @Column(name = "session_id")
  private @Nullable UUID session;

  @Column(name = "exit_code")
  private @Nullable Integer exitCode;

  private @Nullable String reason;

  @Column(name = "output_bytes")
  private long outputBytes;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "queued_at")
  private @Nullable Instant queuedAt;

  @Column(name = "started_at")
  private @Nullable Instant startedAt;

  @Column(name = "ended_at")
  private @Nullable Instant endedAt;

  private @Nullable Instant deadline;

  @Column(name = "has_callbacks")
  private boolean hasCallbacks;

  @Column(name = "batch_id")
  private @Nullable UUID batch;

  protected JobRow() {}

  JobRow(Job job, @Nullable Long seq) {
    JobSpec spec = job.spec();
    id = job.id();
    state = job.state();
    version = job.version();
    attempt = job.attempt();
    this.seq = seq;
    owner = job.owner();
    title = spec.title();
    engine = spec.engine();
    command = spec.command().toArray(String[]::new);
    prompt = spec.prompt();
    environment = spec.environment();
    repositories = spec.repositories().toArray(String[]::new);
    branch = spec.branch();
    exclusive = spec.exclusive();
    timeoutSeconds = spec.timeout().toSeconds();
    onInterrupt = spec.onInterrupt();
    createdAt = job.createdAt();
    queuedAt = job.queuedAt();
    hasCallbacks = !spec.callbacks().isEmpty();
  }

  Job toJob() {
    JobSpec spec =
        new JobSpec(
            title,
            engine,
            List.of(command),
            prompt,
            environment,
            List.of(repositories),
            branch,
            exclusive,
            state != JobState.CREATED,
            Duration.ofSeconds(timeoutSeconds),
            onInterrupt);
    return new Job(
        id,
        spec,
        owner,
        state,
        version,
        attempt,
        session,
        exitCode,
        reason,
        outputBytes,
        createdAt,
        queuedAt,
        startedAt,
        endedAt,
        deadline,
        batch);
  }
}
