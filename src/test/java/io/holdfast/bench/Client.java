package io.holdfast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The REST API, as far as the figures need it; a connection per call at work. */
final class Client {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> OPEN = List.of("QUEUED", "PREPARING", "LAUNCHING", "RUNNING");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final URI server;
  private final String token;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Client(URI server, String token) {
    this.server = server;
    this.token = token;
  }

  static Map<String, Object> job(List<String> command) {
    return Map.of("engine", "shell", "command", command);
  }

  static String json(Object value) throws IOException {
    return JSON.writeValueAsString(value);
  }

  /** The new job's id. */
  String submit(List<String> command) throws IOException, InterruptedException {
    return JSON.readTree(post("/api/jobs", json(job(command)))).get("id").asText();
  }

  /** So many jobs in one request after the other of a thousand each. */
  void submit(int count, List<String> command) throws IOException, InterruptedException {
    for (int left = count; left > 0; left -= 1000) {
      List<Map<String, Object>> jobs =
          java.util.Collections.nCopies(Math.min(left, 1000), job(command));
      post("/api/jobs/batch", json(Map.of("jobs", jobs)));
    }
  }

  byte[] post(String path, String body) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        http.send(request("POST", path, body), BodyHandlers.ofByteArray());
    if (answer.statusCode() != 201 && answer.statusCode() != 202) {
      throw new IOException(
          path
              + ": "
              + answer.statusCode()
              + " "
              + new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8));
    }
    return answer.body();
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    try (InputStream body = open(path)) {
      return JSON.readTree(body);
    }
  }

  InputStream open(String path) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        http.send(request("GET", path, null), BodyHandlers.ofInputStream());
    if (answer.statusCode() != 200) {
      throw new IOException(path + ": " + answer.statusCode());
    }
    return answer.body();
  }

  /** Whether it is ready; false while nobody answers. */
  boolean answers(String path) throws InterruptedException {
    try {
      return http.send(request("GET", path, null), BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  void awaitEnd(String job) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    do {
      Thread.sleep(20); // few looks: each costs the server what is measured
      if (System.nanoTime() > deadline) {
        throw new IOException("job " + job + " does not end");
      }
    } while (OPEN.contains(get("/api/jobs/" + job).get("state").asText()));
  }

  private HttpRequest request(String method, String path, @Nullable String body) {
    return HttpRequest.newBuilder(URI.create(server + path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json")
        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
        .build();
  }
}
