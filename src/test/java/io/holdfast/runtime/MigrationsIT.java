package io.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class MigrationsIT {

  private TestDatabase database;
  private Migrations migrations;

  @BeforeEach
  void create() {
    database = TestDatabase.create();
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(database.url());
    migrations = new Migrations(source);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void everyScriptIsInTheList() throws IOException {
    try (Stream<Path> scripts = Files.list(Path.of("src/main/resources/db/migration"))) {
      List<String> found =
          scripts
              .map(script -> script.getFileName().toString())
              .sorted(
                  Comparator.comparingInt(
                      name -> Integer.parseInt(name.substring(1, name.indexOf("__")))))
              .toList();
      assertThat(Migrations.SCRIPTS).isEqualTo(found);
    }
  }

  @Test
  void aSchemaThatFlywayHasBroughtUpToDateIsKnownAsCurrent() {
    assertThat(migrations.isCurrent()).isTrue();
    migrations.run();
  }

  @Test
  void anEmptyDatabaseIsMigrated() {
    database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    assertThat(migrations.isCurrent()).isFalse();

    migrations.run();

    assertThat(migrations.isCurrent()).isTrue();
  }

  @Test
  void aScriptThatWasChangedAfterwardsIsRefused() {
    database.execute("UPDATE flyway_schema_history SET checksum = 1 WHERE version = '2'");

    assertThatThrownBy(migrations::run)
        .isInstanceOf(FlywayException.class)
        .hasMessageContaining("checksum mismatch");
  }

  @Test
  void aSchemaThatIsNewerThanThisServerIsRefused() {
    database.execute(
        """
        INSERT INTO flyway_schema_history
        SELECT 99, '99', 'future', 'SQL', 'V99__future.sql', 1, installed_by, installed_on, 1, true
        FROM flyway_schema_history WHERE version = '1'
        """);

    assertThatThrownBy(migrations::run)
        .isInstanceOf(FlywayException.class)
        .hasMessageContaining("99");
  }
}
