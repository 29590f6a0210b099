package io.holdfast.testing;

import io.holdfast.platform.Transactions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL for tests: the one named by {@code HOLDFAST_TEST_DB_URL} (a role that may
 * create databases), else an embedded one, shared by all tests of the JVM. Every instance is a new,
 * migrated database.
 */
public final class TestDatabase implements AutoCloseable {

  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final String url;
  private final EntityManagerFactory factory;
  private final Connection beside;

  @SuppressWarnings("ThreadLocalUsage") // one per database, not per class
  private final ThreadLocal<@Nullable EntityManager> current = new ThreadLocal<>();

  private TestDatabase(String url) {
    this.url = url;
    this.factory = Persistence.createEntityManagerFactory("holdfast", settings(url));
    try {
      this.beside = connect();
    } catch (SQLException e) {
      throw new IllegalStateException(url, e);
    }
  }

  /** A new database with the current schema. */
  public static TestDatabase create() {
    String name = "hf_" + ProcessHandle.current().pid() + "_" + COUNTER.incrementAndGet();
    execute(Server.URL, "CREATE DATABASE " + name);
    String url = Server.URL.replaceFirst("/postgres\\?", "/" + name + "?");
    Flyway.configure().dataSource(url, null, null).loggers("slf4j").load().migrate();
    return new TestDatabase(url);
  }

  /** A second view of a database that exists already, as after a restart. */
  public static TestDatabase open(String url) {
    return new TestDatabase(url);
  }

  public String url() {
    return url;
  }

  /**
   * Works within {@link #transactions}, bound to the thread's transaction as the container's would
   * be.
   */
  public EntityManager entityManager() {
    return (EntityManager)
        Proxy.newProxyInstance(
            EntityManager.class.getClassLoader(),
            new Class<?>[] {EntityManager.class},
            (proxy, method, arguments) -> {
              EntityManager bound = current.get();
              if (bound == null) {
                throw new IllegalStateException("no transaction: " + method.getName());
              }
              try {
                return method.invoke(bound, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  public Transactions transactions() {
    return new Transactions() {
      @Override
      public <T> T call(Supplier<T> work) {
        EntityManager outer = current.get();
        try (EntityManager manager = factory.createEntityManager()) {
          current.set(manager);
          manager.getTransaction().begin();
          try {
            T result = work.get();
            manager.getTransaction().commit();
            return result;
          } catch (RuntimeException | Error e) {
            if (manager.getTransaction().isActive()) {
              manager.getTransaction().rollback();
            }
            throw e;
          }
        } finally {
          current.set(outer);
        }
      }
    };
  }

  /** Runs SQL beside all transactions, to arrange or to look. */
  public void execute(String sql) {
    synchronized (beside) {
      try (var statement = beside.createStatement()) {
        statement.execute(sql);
      } catch (SQLException e) {
        throw new IllegalStateException(sql, e);
      }
    }
  }

  /** Removes all rows: a new database for the price of a statement. */
  public void empty() {
    execute(
        """
        DO $$ DECLARE name text; BEGIN
          SET LOCAL session_replication_role = replica; -- in any order
          FOR name IN SELECT tablename FROM pg_tables
            WHERE schemaname = 'public' AND tablename <> 'flyway_schema_history'
          LOOP EXECUTE 'DELETE FROM ' || quote_ident(name); END LOOP;
        END $$
        """);
  }

  /** The first column of the first row. */
  public String value(String sql) {
    List<String> values = values(sql);
    return values.isEmpty() ? "no row" : values.get(0);
  }

  /** The first column of every row. */
  public List<String> values(String sql) {
    List<String> values = new ArrayList<>();
    synchronized (beside) {
      try (var statement = beside.createStatement();
          var rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          values.add(String.valueOf(rows.getString(1)));
        }
        return values;
      } catch (SQLException e) {
        throw new IllegalStateException(sql, e);
      }
    }
  }

  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url);
  }

  @Override
  public void close() {
    factory.close();
    try {
      beside.close();
    } catch (SQLException e) {
      throw new IllegalStateException(url, e);
    }
  }

  private static void execute(String url, String sql) {
    try (Connection connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static Map<String, Object> settings(String url) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("jakarta.persistence.transactionType", "RESOURCE_LOCAL");
    // persistence.xml names the server's data source; this connects without it.
    settings.put(
        "hibernate.connection.provider_class",
        "org.hibernate.engine.jdbc.connections.internal.DriverManagerConnectionProviderImpl");
    settings.put("jakarta.persistence.jdbc.url", url);
    settings.put("jakarta.persistence.jdbc.driver", "org.postgresql.Driver");
    settings.put("hibernate.connection.pool_size", "24");
    return settings;
  }

  /** Started when first needed, stopped with the JVM. */
  private static final class Server {
    static final String URL = start();

    private static String start() {
      String given = System.getenv("HOLDFAST_TEST_DB_URL");
      if (given != null) {
        System.out.println("Tests use the PostgreSQL of HOLDFAST_TEST_DB_URL");
        return given.contains("?") ? given : given + "?";
      }
      try {
        EmbeddedPostgres server =
            EmbeddedPostgres.builder()
                .setServerConfig("max_connections", "300")
                .setServerConfig("fsync", "off") // what it loses with its machine no test reads
                .start();
        System.out.println("Tests use an embedded PostgreSQL on port " + server.getPort());
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres?user=postgres";
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
