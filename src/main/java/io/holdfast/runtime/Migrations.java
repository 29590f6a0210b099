package io.holdfast.runtime;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * Brings the database's schema up to date; refuses one that is newer than this server.
 *
 * <p>Flyway takes seconds to load inside a server, at every start. So its history is looked at
 * first: where that says exactly what Flyway would find here, script by script with its checksum,
 * there is nothing to do. In every other case Flyway decides.
 */
final class Migrations implements Runnable {

  /** The scripts below {@code db/migration}, in order; a test compares. */
  static final List<String> SCRIPTS =
      List.of(
          "V1__jobs.sql",
          "V2__repositories.sql",
          "V3__recovery.sql",
          "V4__security.sql",
          "V5__locks.sql",
          "V6__views.sql",
          "V7__admin.sql",
          "V8__callbacks.sql");

  private static final String LOCATION = "db/migration/";
  private static final String UNDEFINED_TABLE = "42P01";

  private static final String HISTORY =
      """
      SELECT script, checksum, success FROM flyway_schema_history
      WHERE version IS NOT NULL ORDER BY installed_rank
      """;

  private final DataSource source;

  Migrations(DataSource source) {
    this.source = source;
  }

  private record Applied(String script, int checksum, boolean success) {}

  @Override
  public void run() {
    if (!isCurrent()) {
      Flyway.configure(Migrations.class.getClassLoader())
          .dataSource(source)
          .ignoreMigrationPatterns(new String[0])
          .load()
          .migrate();
    }
  }

  /** True if the history is of these scripts, all of them and no other. */
  boolean isCurrent() {
    return history().equals(SCRIPTS.stream().map(Migrations::applied).toList());
  }

  private List<Applied> history() {
    List<Applied> history = new ArrayList<>();
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(HISTORY)) {
      while (rows.next()) {
        history.add(new Applied(rows.getString(1), rows.getInt(2), rows.getBoolean(3)));
      }
    } catch (SQLException e) {
      if (!UNDEFINED_TABLE.equals(e.getSQLState())) {
        throw new IllegalStateException("the schema's history cannot be read", e);
      }
    }
    return history;
  }

  /** As Flyway counts: over the lines without their ends. */
  private static Applied applied(String script) {
    CRC32 checksum = new CRC32();
    try (InputStream in =
        Migrations.class.getClassLoader().getResourceAsStream(LOCATION + script)) {
      if (in == null) {
        throw new FileNotFoundException(LOCATION + script);
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        checksum.update(line.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Applied(script, (int) checksum.getValue(), true);
  }
}
