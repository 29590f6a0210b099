package io.holdfast.security;

import java.time.Instant;
import java.util.Optional;

/** The table of tokens. Every method runs in its caller's transaction. */
public interface TokenStore {

  Optional<Caller> findByHash(String hash);

  /** Puts a token in the place of the one of that name, if there is one. */
  void replace(String name, Caller caller, String hash, Instant now);
}
