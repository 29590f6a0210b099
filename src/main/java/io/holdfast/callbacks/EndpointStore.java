package io.holdfast.callbacks;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The table of endpoints. Every method runs in its caller's transaction. */
public interface EndpointStore {

  /** False if its owner has one of this name. */
  boolean insert(Endpoint endpoint);

  List<Endpoint> list();

  Optional<Endpoint> find(UUID endpoint);

  /** What is pending for it fails. */
  boolean delete(UUID endpoint, Instant now);

  /** It is sent to again, from now on, and its breaker is closed. */
  boolean enable(UUID endpoint);

  /** What is pending is signed with these, too. */
  boolean renew(UUID endpoint, List<String> secrets);

  /** Sends a test; the delivery's id. */
  UUID ping(Endpoint endpoint, Instant now);
}
