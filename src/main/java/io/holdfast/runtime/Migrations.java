package io.holdfast.runtime;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings the database's schema up to date; refuses one that is newer than this server. */
final class Migrations implements Runnable {

  private final DataSource source;

  Migrations(DataSource source) {
    this.source = source;
  }

  @Override
  public void run() {
    Flyway.configure(Migrations.class.getClassLoader()).dataSource(source).load().migrate();
  }
}
