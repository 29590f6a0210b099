package io.holdfast.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.testing.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresInstanceTest {

  @TempDir static Path directory;
  private static PostgresInstance postgres;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    port = FreePorts.find(1).get(0);
    postgres = new PostgresInstance(directory.resolve("pg"));
    postgres.start(port);
    execute("CREATE TABLE kept (n int)");
    execute("INSERT INTO kept VALUES (42)");
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.stop();
  }

  @Test
  void whatWasCommittedIsThereAfterEveryKillAndTheNextStartJustWorks() throws Exception {
    postgres.kill();
    assertThat(postgres.isAlive()).isFalse();
    postgres.start(port);
    assertThat(kept()).isEqualTo(42);

    // The pid in PostgreSQL's own file belongs to another process after a while: to this one.
    postgres.kill();
    Path pidFile = directory.resolve("pg/data/postmaster.pid");
    String stale = Files.readString(pidFile);
    String reused = ProcessHandle.current().pid() + stale.substring(stale.indexOf('\n'));
    Files.writeString(pidFile, reused);
    postgres.start(port);
    assertThat(kept()).isEqualTo(42);
  }

  @Test
  void aSecondStartFindsTheOneThatRunsAndNobodyGetsInWithoutThePassword() throws Exception {
    LocalProcess first = postgres.process().orElseThrow();
    PostgresInstance again = new PostgresInstance(directory.resolve("pg"));

    assertThat(again.start(port)).isEqualTo(first);
    assertThat(Files.getPosixFilePermissions(directory.resolve("pg/password"))).hasSize(2);
    assertThatThrownBy(() -> DriverManager.getConnection(postgres.url(), "postgres", "guess"))
        .isInstanceOf(SQLException.class);
  }

  private static void execute(String sql) throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int kept() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT n FROM kept")) {
      assertThat(rows.next()).isTrue();
      return rows.getInt(1);
    }
  }

  private static Connection connect() throws Exception {
    return DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
  }
}
