package io.holdfast.cli.server;

import io.holdfast.cli.client.Fields;
import io.holdfast.cli.client.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What {@code /health/ready} says.
 *
 * @param waitingFor what is still missing, for people
 */
public record Readiness(boolean ready, String waitingFor) {

  private static final int TIMEOUT_MILLIS = 2000;

  public static Readiness of(URI server) {
    try {
      HttpURLConnection call =
          (HttpURLConnection) server.resolve("/health/ready").toURL().openConnection();
      call.setConnectTimeout(TIMEOUT_MILLIS);
      call.setReadTimeout(TIMEOUT_MILLIS);
      int status = call.getResponseCode();
      if (status == 200) {
        return new Readiness(true, "");
      }
      return new Readiness(false, status == 404 ? "the deployment" : pending(call, status));
    } catch (ConnectException e) {
      return new Readiness(false, "WildFly");
    } catch (IOException e) { // it takes requests, but keeps them until the WAR is there
      return new Readiness(false, "the deployment");
    }
  }

  private static String pending(HttpURLConnection call, int status) throws IOException {
    try (InputStream in = call.getErrorStream()) {
      String body = in == null ? "{}" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
      List<Fields> checks = Json.object(body).objects("checks");
      String down =
          checks.stream()
              .filter(check -> !check.text("status").equals("UP"))
              .map(Readiness::describe)
              .collect(Collectors.joining(", "));
      return down.isEmpty() ? "the server (HTTP " + status + ")" : down;
    } catch (IOException notJson) {
      return "the server (HTTP " + status + ")";
    }
  }

  private static String describe(Fields check) {
    Map<?, ?> data = check.object("data").members();
    String details =
        data.entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", "));
    return details.isEmpty() ? check.text("name") : check.text("name") + " (" + details + ")";
  }
}
