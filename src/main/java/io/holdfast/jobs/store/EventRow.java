package io.holdfast.jobs.store;

import io.holdfast.jobs.JobEvent;
import io.holdfast.jobs.JobState;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of table job_event, read only. */
@Entity
@Table(name = "job_event")
@SuppressWarnings("NullAway.Init") // filled by JPA
class EventRow {

  @Id private long id;

  @Column(name = "job_id")
  private UUID job;

  private int attempt;
  private Instant at;

  @Enumerated(EnumType.STRING)
  @Column(name = "from_state")
  private @Nullable JobState from;

  @Enumerated(EnumType.STRING)
  @Column(name = "to_state")
  private JobState to;

  private @Nullable String detail;

  JobEvent toEvent() {
    return new JobEvent(id, attempt, at, from, to, detail);
  }
}
