package io.holdfast.cli;

import io.holdfast.cli.server.ServerOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that start a server. */
final class ServerOptionsMixin {

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Where the API is (default: $HOLDFAST_PORT, else 8080).")
  @Nullable Integer port;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description = "The address it listens on (default: $HOLDFAST_BIND, else 127.0.0.1).")
  @Nullable String bind;

  @Option(
      names = "--management-port",
      paramLabel = "PORT",
      description =
          "WildFly's own port, on loopback (default: $HOLDFAST_MANAGEMENT_PORT, else 9990).")
  @Nullable Integer managementPort;

  @Option(
      names = "--db-port",
      paramLabel = "PORT",
      description = "The embedded PostgreSQL's (default: $HOLDFAST_DB_PORT, else 5433).")
  @Nullable Integer databasePort;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "180s",
      description = "How long it may take to get ready (default: ${DEFAULT-VALUE}).")
  String timeout = "180s";

  ServerOptions resolve() {
    return ServerOptions.of(System.getenv(), bind, port, managementPort, databasePort);
  }
}
