package io.holdfast.cli;

import io.holdfast.cli.client.Api;
import io.holdfast.cli.server.InstanceFile;
import io.holdfast.cli.server.Layout;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server a client command talks to, and as whom. */
final class ClientOptions {

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "The server (default: $HOLDFAST_URL, else the one started by 'up', else"
              + " http://127.0.0.1:8080).")
  @Nullable String url;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "File with the bearer token (default: $HOLDFAST_TOKEN holds the token itself, else the"
              + " admin token of the server started by 'up').")
  @Nullable Path tokenFile;

  @Option(names = "--json", description = "Print JSON, as the server sent it.")
  boolean json;

  Api connect() throws IOException {
    return connect(System.getenv(), Layout.ofThisCheckout(System.getenv()));
  }

  Api connect(Map<String, String> environment, Layout layout) throws IOException {
    InstanceFile instance = InstanceFile.read(layout);
    String server = url != null ? url : environment.getOrDefault("HOLDFAST_URL", instance.url());
    if (!server.matches("https?://[^/].*")) {
      throw new IllegalArgumentException("not an http URL: " + server);
    }
    return new Api(URI.create(server), token(environment, instance.home()));
  }

  private @Nullable String token(Map<String, String> environment, Path home) throws IOException {
    if (tokenFile != null) {
      return Files.readString(tokenFile).strip();
    }
    String given = environment.get("HOLDFAST_TOKEN");
    if (given != null && !given.isBlank()) {
      return given.strip();
    }
    Path admin = home.resolve("admin-token");
    return Files.isReadable(admin) ? Files.readString(admin).strip() : null;
  }
}
