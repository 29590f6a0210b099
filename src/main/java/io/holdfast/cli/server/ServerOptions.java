package io.holdfast.cli.server;

import io.holdfast.cli.server.WildFlyInstance.Address;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the server is to be started: what was asked for on the command line, else in the environment,
 * else the default.
 *
 * @param database an external PostgreSQL; empty for the embedded one
 */
public record ServerOptions(
    Address address, int databasePort, Optional<Database> database, List<String> jvmOptions) {

  /** Whom the data source connects to. */
  public record Database(String url, String user, String password) {

    @Override
    public String toString() {
      return "Database[" + url + "]";
    }
  }

  private static final String JVM = "-Xms128m -Xmx512m";

  /** The defaults, changed by {@code HOLDFAST_PORT} and its like, changed by what is not null. */
  public static ServerOptions of(
      Map<String, String> environment,
      @Nullable String bind,
      @Nullable Integer port,
      @Nullable Integer managementPort,
      @Nullable Integer databasePort) {
    Address address =
        new Address(
            bind != null ? bind : environment.getOrDefault("HOLDFAST_BIND", "127.0.0.1"),
            port("--port", port, environment, "HOLDFAST_PORT", 8080),
            port(
                "--management-port",
                managementPort,
                environment,
                "HOLDFAST_MANAGEMENT_PORT",
                9990));
    return new ServerOptions(
        address,
        port("--db-port", databasePort, environment, "HOLDFAST_DB_PORT", 5433),
        database(environment),
        Stream.of(environment.getOrDefault("HOLDFAST_JAVA_OPTS", JVM).strip().split("\\s+"))
            .filter(option -> !option.isEmpty())
            .toList());
  }

  private static Optional<Database> database(Map<String, String> environment) {
    String url = environment.getOrDefault("HOLDFAST_DB_URL", "");
    if (url.isBlank()) {
      return Optional.empty();
    }
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(
          "HOLDFAST_DB_URL must begin with jdbc:postgresql: - for example"
              + " jdbc:postgresql://db.example.org:5432/holdfast");
    }
    return Optional.of(
        new Database(
            url,
            environment.getOrDefault("HOLDFAST_DB_USER", "holdfast"),
            environment.getOrDefault("HOLDFAST_DB_PASSWORD", "")));
  }

  private static int port(
      String option,
      @Nullable Integer given,
      Map<String, String> environment,
      String name,
      int byDefault) {
    if (given != null) {
      return Ports.checked(option, given);
    }
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      return byDefault;
    }
    try {
      return Ports.checked(name, Integer.parseInt(value.strip()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is no port: " + value);
    }
  }
}
