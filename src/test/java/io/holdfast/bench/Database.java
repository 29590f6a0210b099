package io.holdfast.bench;

import io.holdfast.cli.server.PostgresInstance;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The database of a run: a PostgreSQL of its own, or a database of its own on a given one. */
interface Database {

  String url() throws IOException;

  String user();

  String password() throws IOException;

  /** It is of no use after that. */
  void discard() throws IOException, InterruptedException, SQLException;

  static Database own(Path directory, int port) throws IOException, InterruptedException {
    PostgresInstance postgres = new PostgresInstance(directory);
    postgres.start(port);
    return new Database() {
      @Override
      public String url() throws IOException {
        return postgres.url();
      }

      @Override
      public String user() {
        return postgres.user();
      }

      @Override
      public String password() throws IOException {
        return postgres.password();
      }

      @Override
      public void discard() throws IOException, InterruptedException {
        postgres.stop();
      }
    };
  }

  /**
   * A new database on a PostgreSQL that is there.
   *
   * @param server {@code postgres://user[:password]@host:port/database}; the user may create
   *     databases
   */
  static Database on(URI server) throws SQLException {
    String[] user = server.getUserInfo().split(":", 2);
    String host = "jdbc:postgresql://" + server.getHost() + ":" + server.getPort() + "/";
    String password = user.length == 2 ? user[1] : "none"; // WildFly takes no empty one
    String name = "holdfast_bench_" + ProcessHandle.current().pid();
    administer(host + "postgres", user[0], password, "CREATE DATABASE " + name);
    return new Database() {
      @Override
      public String url() {
        return host + name;
      }

      @Override
      public String user() {
        return user[0];
      }

      @Override
      public String password() {
        return password;
      }

      @Override
      public void discard() throws SQLException {
        administer(host + "postgres", user[0], password, "DROP DATABASE " + name + " WITH (FORCE)");
      }
    };
  }

  private static void administer(String url, String user, String password, String statement)
      throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, user, password);
        Statement administration = connection.createStatement()) {
      administration.execute(statement);
    }
  }

  default Connection connect() throws IOException, SQLException {
    return DriverManager.getConnection(url(), user(), password());
  }

  default void execute(String statement) throws IOException, SQLException {
    try (Connection connection = connect();
        Statement statements = connection.createStatement()) {
      statements.execute(statement);
    }
  }

  /** The single number that a query gives. */
  default long number(String query) throws IOException, SQLException {
    try (Connection connection = connect();
        Statement statements = connection.createStatement();
        ResultSet rows = statements.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
