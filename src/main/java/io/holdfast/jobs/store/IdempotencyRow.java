package io.holdfast.jobs.store;

import io.holdfast.jobs.IdempotentSubmit;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.List;
import java.util.UUID;

/** A row of table idempotency_key, read only. */
@Entity
@Table(name = "idempotency_key")
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // filled by JPA; the key is only searched by
class IdempotencyRow {

  @Embeddable
  record Key(String owner, String key) implements Serializable {}

  @EmbeddedId private Key id;

  @Column(name = "request_hash")
  private String requestHash;

  @Column(name = "job_ids")
  private UUID[] jobs;

  IdempotentSubmit toSubmit() {
    return new IdempotentSubmit(requestHash, List.of(jobs));
  }
}
