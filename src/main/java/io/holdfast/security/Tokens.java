package io.holdfast.security;

import io.holdfast.platform.DurableFiles;
import io.holdfast.platform.Transactions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/** Authenticates callers by bearer token. */
public final class Tokens {

  private static final Caller ADMIN = new Caller("admin", "admin");
  private static final String BOOTSTRAP = "bootstrap";

  private final Transactions transactions;
  private final TokenStore store;
  private final DurableFiles files;
  private final InstantSource clock;
  private final Path home;
  private final Path adminToken;

  /**
   * @param home its file {@code admin-token}, mode 0600, holds the first token for the operator
   */
  public Tokens(
      Transactions transactions,
      TokenStore store,
      DurableFiles files,
      InstantSource clock,
      Path home) {
    this.transactions = transactions;
    this.store = store;
    this.files = files;
    this.clock = clock;
    this.home = home;
    this.adminToken = home.resolve("admin-token");
  }

  public Optional<Caller> authenticate(String token) {
    String hash = new Token(token).hash();
    return transactions.call(() -> store.findByHash(hash));
  }

  /**
   * Makes sure that the admin token file holds a valid token. A file that is gone or does not match
   * gets a new token, and the one before it is void; a crash in between leads here again.
   *
   * @return true if a new token was made
   */
  public boolean ensureAdminToken() {
    try {
      if (readAdminToken().flatMap(this::authenticate).isPresent()) {
        return false;
      }
      Token token = Token.random();
      files.createDirectories(home);
      files.replace(adminToken, (token.text() + "\n").getBytes(StandardCharsets.UTF_8));
      transactions.run(() -> store.replace(BOOTSTRAP, ADMIN, token.hash(), clock.instant()));
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("the admin token could not be written to " + adminToken, e);
    }
  }

  private Optional<String> readAdminToken() throws IOException {
    try {
      // What is not text matches no token either.
      return Optional.of(
          new String(Files.readAllBytes(adminToken), StandardCharsets.UTF_8).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
