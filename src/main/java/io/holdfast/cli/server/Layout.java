package io.holdfast.cli.server;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where things are in a checkout.
 *
 * @param checkout the source tree
 * @param state what {@code up} keeps: {@code .holdfast}, or {@code HOLDFAST_DIR}
 * @param home the server's {@code holdfast.home}: {@code home} in the state, or {@code
 *     HOLDFAST_HOME}
 */
public record Layout(Path checkout, Path state, Path home) {

  /** The checkout whose {@code holdfast} script started this JVM. */
  public static Layout ofThisCheckout(Map<String, String> environment) {
    Path checkout = Path.of(System.getProperty("holdfast.checkout", ".")).toAbsolutePath();
    Path state =
        Path.of(environment.getOrDefault("HOLDFAST_DIR", checkout.resolve(".holdfast").toString()))
            .toAbsolutePath();
    Path home =
        Path.of(environment.getOrDefault("HOLDFAST_HOME", state.resolve("home").toString()))
            .toAbsolutePath();
    return new Layout(checkout.normalize(), state.normalize(), home.normalize());
  }

  public Path war() {
    return checkout.resolve("target/holdfast.war");
  }

  /** The unpacked WildFly; the script finds its version in the pom. */
  public Path wildFly() {
    return Path.of(System.getProperty("holdfast.wildfly.home", "."));
  }

  public Path wildFlyScripts() {
    return checkout.resolve("server-config/wildfly");
  }

  public Path postgresDriver() {
    return checkout.resolve("target/cli-lib/postgresql.jar");
  }

  public Path templates() {
    return state.resolve("wildfly-templates");
  }

  public Path server() {
    return state.resolve("server");
  }

  public Path postgres() {
    return state.resolve("postgresql");
  }

  public Path adminToken() {
    return home.resolve("admin-token");
  }
}
