package io.holdfast.cli.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Gives its answers in order, and remembers what it was asked. */
public final class StubServer implements AutoCloseable {

  /** One call as the server saw it. */
  public record Call(
      String method,
      String path,
      String body,
      @Nullable String authorization,
      @Nullable String lastEventId,
      @Nullable String idempotencyKey) {}

  private record Answer(int status, String type, String body, boolean cut) {}

  private final HttpServer server;
  private final Queue<Answer> answers = new ArrayDeque<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();

  public StubServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.createContext("/", this::answer);
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public StubServer answers(int status, String json) {
    answers.add(new Answer(status, "application/json", json, false));
    return this;
  }

  public StubServer streams(String events) {
    answers.add(new Answer(200, "text/event-stream", events, false));
    return this;
  }

  /** Sends these events, and dies before the body is complete. */
  public StubServer diesAfter(String events) {
    answers.add(new Answer(200, "text/event-stream", events, true));
    return this;
  }

  public StubServer isNotDeployed() {
    answers.add(new Answer(404, "text/html", "<html>404</html>", false));
    return this;
  }

  public List<Call> calls() {
    return calls;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var headers = exchange.getRequestHeaders();
      calls.add(
          new Call(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
              headers.getFirst("Authorization"),
              headers.getFirst("Last-Event-ID"),
              headers.getFirst("Idempotency-Key")));
      Answer answer = answers.remove();
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      if (answer.status() == 204) {
        exchange.sendResponseHeaders(204, -1);
        return;
      }
      exchange.sendResponseHeaders(answer.status(), body.length + (answer.cut() ? 1 : 0));
      exchange.getResponseBody().write(body);
      exchange.getResponseBody().flush();
    } catch (IOException e) {
      // The body was cut on purpose, or the client has left.
    }
  }
}
