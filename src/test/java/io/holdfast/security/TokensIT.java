package io.holdfast.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.platform.DurableFiles;
import io.holdfast.security.store.JpaTokenStore;
import io.holdfast.testing.TestClock;
import io.holdfast.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensIT {

  private static TestDatabase database;

  private Path home;
  private Path file;
  private Tokens tokens;

  @BeforeAll
  static void create() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void build(@TempDir Path directory) {
    database.empty();
    home = directory.resolve("home");
    file = home.resolve("admin-token");
    tokens = tokens(new DurableFiles(), home);
  }

  private static Tokens tokens(DurableFiles files, Path home) {
    return new Tokens(
        database.transactions(),
        new JpaTokenStore(database.entityManager()),
        files,
        new TestClock(),
        home);
  }

  private String token() throws IOException {
    return Files.readString(file).strip();
  }

  @Test
  void theFirstStartWritesATokenForTheOperatorOnly() throws IOException {
    assertThat(tokens.ensureAdminToken()).isTrue();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(token()).matches("hf_[A-Za-z0-9_-]{43}");
    assertThat(tokens.authenticate(token())).contains(new Caller("admin", "admin"));
  }

  @Test
  void laterStartsLeaveItAlone() throws IOException {
    tokens.ensureAdminToken();
    String first = token();

    assertThat(tokens.ensureAdminToken()).isFalse();

    assertThat(token()).isEqualTo(first);
  }

  @Test
  void onlyItsHashIsStored() throws IOException {
    tokens.ensureAdminToken();

    assertThat(database.value("SELECT t::text FROM api_token t"))
        .doesNotContain(token())
        .contains(new Token(token()).hash());
  }

  @Test
  void whatIsNotTheTokenOpensNothing() throws IOException {
    tokens.ensureAdminToken();

    for (String wrong :
        List.of(
            "",
            "hf_",
            token() + "x",
            token().substring(1),
            token().toUpperCase(Locale.ROOT),
            "' OR '1'='1",
            "a\0b",
            "\ud800",
            new Token(token()).hash(),
            "x".repeat(100_000))) {
      assertThat(tokens.authenticate(wrong)).isEmpty();
    }
  }

  @Test
  void aLostFileGetsANewTokenAndTheOldOneIsVoid() throws IOException {
    tokens.ensureAdminToken();
    String first = token();
    Files.delete(file);

    assertThat(tokens.ensureAdminToken()).isTrue();

    assertThat(token()).isNotEqualTo(first);
    assertThat(tokens.authenticate(first)).isEmpty();
    assertThat(tokens.authenticate(token())).isPresent();
    assertThat(database.value("SELECT count(*) FROM api_token")).isEqualTo("1");
  }

  @Test
  void aFileThatHoldsSomethingElseGetsANewToken() throws IOException {
    tokens.ensureAdminToken();
    for (byte[] other :
        List.of(new byte[0], new byte[] {(byte) 0xff, 0, (byte) 0xc3}, new byte[9])) {
      Files.write(file, other);

      assertThat(tokens.ensureAdminToken()).isTrue();
      assertThat(tokens.authenticate(token())).isPresent();
    }
  }

  @Test
  void aCrashBetweenTheFileAndTheDatabaseIsMadeGood() throws IOException {
    DurableFiles thenStops =
        new DurableFiles() {
          @Override
          public void replace(Path target, byte[] content) throws IOException {
            super.replace(target, content);
            throw new StackOverflowError("the process ends here");
          }
        };
    Tokens dying = tokens(thenStops, home);
    assertThatThrownBy(dying::ensureAdminToken).isInstanceOf(StackOverflowError.class);
    assertThat(tokens.authenticate(token())).isEmpty();

    assertThat(tokens.ensureAdminToken()).isTrue();
    assertThat(tokens.authenticate(token())).isPresent();
  }

  @Test
  void aFileThatCannotBeWrittenIsSaid() throws IOException {
    Files.createDirectories(file);

    assertThatThrownBy(tokens::ensureAdminToken)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString());
    assertThat(database.value("SELECT count(*) FROM api_token")).isEqualTo("0");
  }

  @Test
  void aTokenNeverShowsItself() {
    Token token = Token.random();

    assertThat(token.toString()).doesNotContain(token.text().substring(3));
    assertThat(token.hash()).hasSize(64).isEqualTo(new Token(token.text()).hash());
    assertThat(Token.random().text()).isNotEqualTo(token.text());
  }
}
