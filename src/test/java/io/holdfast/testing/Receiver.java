package io.holdfast.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** A receiver of callbacks on loopback: keeps what came, answers 200 or what it was told to. */
public final class Receiver implements AutoCloseable {

  /** What came, with the names of headers in lower case. */
  public record Received(long at, String path, Map<String, List<String>> headers, String body) {
    public String header(String name) {
      return String.join(",", headers.getOrDefault(name, List.of()));
    }

    public String id() {
      return header("webhook-id");
    }
  }

  private record Reply(int status, Map<String, String> headers, String body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final boolean keeping;
  private volatile Reply usual = new Reply(200, Map.of(), "thanks");
  private volatile Consumer<Received> whenRead = got -> {};

  public Receiver() {
    this(true);
  }

  /**
   * @param keeping false where there is too much to keep
   */
  public Receiver(boolean keeping) {
    this(keeping, 0);
  }

  /**
   * @param port 0 for one that is free
   */
  public Receiver(boolean keeping, int port) {
    this.keeping = keeping;
    try {
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port() + "/hook";
  }

  public List<Received> received() {
    return received;
  }

  /** Next, once. */
  public void answers(int status) {
    answers(status, Map.of(), "status " + status);
  }

  public void answers(int status, Map<String, String> headers, String body) {
    replies.add(new Reply(status, headers, body));
  }

  /** From now on. */
  public void always(int status) {
    usual = new Reply(status, Map.of(), "status " + status);
  }

  /** What is to happen between the request and its answer. */
  public void whenRead(Consumer<Received> action) {
    whenRead = action;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Map<String, List<String>> headers = new HashMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
      Received got =
          new Received(System.nanoTime(), exchange.getRequestURI().getPath(), headers, body);
      if (keeping) {
        received.add(got);
      }
      whenRead.accept(got);
      Reply reply = replies.poll();
      if (reply == null) {
        reply = usual;
      }
      reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      byte[] answer = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.status(), answer.length == 0 ? -1 : answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
