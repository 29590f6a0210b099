package io.holdfast.repositories;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Serves a bare repository by the dumb HTTP protocol; can ask for a password, and can stall. */
public final class HttpGitServer implements AutoCloseable {

  private final Path repository;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private volatile CountDownLatch resumed = new CountDownLatch(1);
  private volatile boolean closed;
  private final AtomicInteger refusals = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile @Nullable String password;
  private volatile Predicate<String> stalled = path -> false;
  private volatile CountDownLatch stallSeen = new CountDownLatch(1);

  public HttpGitServer(Path repository) throws Exception {
    this.repository = repository;
    update();
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** To be called after every change of the repository. */
  public void update() throws Exception {
    GitSource.git(repository, "update-server-info");
  }

  public String url(String userInfo) {
    return "http://" + userInfo + "127.0.0.1:" + server.getAddress().getPort() + "/a.git";
  }

  /** How often a path that ends like this was asked for. */
  public long requests(String end) {
    return requests.stream().filter(path -> path.endsWith(end)).count();
  }

  public void demand(String newPassword) {
    this.password = newPassword;
  }

  /** Requests for such paths get no answer from now on. */
  public void stall(Predicate<String> paths) {
    stallSeen = new CountDownLatch(1);
    resumed = new CountDownLatch(1);
    this.stalled = paths;
  }

  /** What was stalled is answered, and nothing is stalled any more. */
  public void resume() {
    stalled = path -> false;
    resumed.countDown();
  }

  /** So many requests are answered with 503 from now on. */
  public void refuse(int requests) {
    refusals.set(requests);
  }

  /** How many requests were answered with 503. */
  public int refused() {
    return refused.get();
  }

  /** Waits until a request is stalled. */
  public void awaitStall() throws InterruptedException {
    if (!stallSeen.await(20, TimeUnit.SECONDS)) {
      throw new IllegalStateException("no request stalled");
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(path);
    try (exchange) {
      if (stalled.test(path)) {
        stallSeen.countDown();
        resumed.await();
        if (closed) {
          return;
        }
      }
      if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        refused.incrementAndGet();
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      if (!authorized(exchange)) {
        exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"git\"");
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      Path file = repository.resolve(path.replaceFirst("^/a.git/", "")).normalize();
      if (!file.startsWith(repository) || !Files.isRegularFile(file)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      byte[] content = Files.readAllBytes(file);
      exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
      exchange.getResponseBody().write(content);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean authorized(HttpExchange exchange) {
    String wanted = password;
    if (wanted == null) {
      return true;
    }
    String token = Base64.getEncoder().encodeToString(wanted.getBytes(StandardCharsets.UTF_8));
    return ("Basic " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  @Override
  public void close() {
    closed = true;
    resumed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
