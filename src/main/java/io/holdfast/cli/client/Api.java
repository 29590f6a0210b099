package io.holdfast.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one server's REST API with one token. Nothing is repeated behind the caller's back and
 * no redirect is followed, so the token goes to this server only.
 *
 * @param server its root, for example {@code http://127.0.0.1:8080}
 * @param token the bearer token, or null to send none
 */
public record Api(URI server, @Nullable String token) {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  static {
    // HttpURLConnection would send a POST a second time when the connection dies before the answer.
    System.setProperty("sun.net.http.retryPost", "false");
  }

  @Override
  public String toString() {
    return "Api[" + server + "]";
  }

  public Fields get(String path) throws IOException {
    return Json.object(text(send("GET", path, null, Map.of(), ANSWER)));
  }

  public Fields post(String path, @Nullable Object body, Map<String, String> headers)
      throws IOException {
    return Json.object(text(send("POST", path, body, headers, ANSWER)));
  }

  public Fields put(String path, Object body) throws IOException {
    return Json.object(text(send("PUT", path, body, Map.of(), ANSWER)));
  }

  public void delete(String path) throws IOException {
    text(send("DELETE", path, null, Map.of(), ANSWER));
  }

  /** The raw body of an answer, to be read and closed by the caller. */
  public InputStream open(String path, Map<String, String> headers, Duration silence)
      throws IOException {
    return send("GET", path, null, headers, silence).getInputStream();
  }

  /** A path segment or query value, escaped. */
  public static String escape(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpURLConnection send(
      String method,
      String path,
      @Nullable Object body,
      Map<String, String> headers,
      Duration silence)
      throws IOException {
    HttpURLConnection call =
        (HttpURLConnection) URI.create(withoutSlash() + path).toURL().openConnection();
    call.setRequestMethod(method);
    call.setInstanceFollowRedirects(false);
    call.setUseCaches(false);
    call.setConnectTimeout((int) CONNECT.toMillis());
    call.setReadTimeout((int) silence.toMillis());
    call.setRequestProperty("Accept", "application/json, application/problem+json, */*");
    headers.forEach(call::setRequestProperty);
    if (token != null) {
      call.setRequestProperty("Authorization", "Bearer " + token);
    }
    int status;
    try {
      if (body != null) {
        byte[] json = Json.write(body).getBytes(StandardCharsets.UTF_8);
        call.setRequestProperty("Content-Type", "application/json");
        call.setDoOutput(true);
        call.setFixedLengthStreamingMode(json.length);
        try (var out = call.getOutputStream()) {
          out.write(json);
        }
      }
      status = call.getResponseCode();
    } catch (IOException e) {
      throw new Unreachable(server, e);
    }
    if (status >= 300 || status < 200) {
      throw Refused.of(status, errorText(call));
    }
    return call;
  }

  private static String text(HttpURLConnection call) throws IOException {
    try (InputStream in = call.getInputStream()) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.isBlank() ? "{}" : text;
    }
  }

  private static String errorText(HttpURLConnection call) throws IOException {
    try (InputStream in = call.getErrorStream()) {
      return in == null ? "" : new String(in.readNBytes(64 * 1024), StandardCharsets.UTF_8);
    }
  }

  private String withoutSlash() {
    String root = server.toString();
    return root.endsWith("/") ? root.substring(0, root.length() - 1) : root;
  }
}
