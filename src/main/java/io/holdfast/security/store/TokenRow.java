package io.holdfast.security.store;

import io.holdfast.security.Caller;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/** A row of table api_token, read only. */
@Entity
@Table(name = "api_token")
@SuppressWarnings({
  "NullAway.Init",
  "UnusedVariable"
}) // filled by JPA; id and hash are only searched by
class TokenRow {

  @Id private UUID id;
  private String owner;
  private String role;
  private String hash;

  Caller toCaller() {
    return new Caller(owner, role);
  }
}
