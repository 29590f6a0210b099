package io.holdfast.callbacks.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.holdfast.callbacks.AddressPolicy;
import io.holdfast.callbacks.Answer;
import io.holdfast.callbacks.Parcel;
import io.holdfast.testing.Receiver;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sender against receivers that do not play fair. */
@Timeout(60)
class HttpSenderIT {

  private static final Duration LIMIT = Duration.ofMillis(1500);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpSender sender = new HttpSender(AddressPolicy.allowing("127.0.0.0/8"), LIMIT, 8);

  @AfterEach
  void close() {
    sender.close();
    threads.shutdownNow();
  }

  private interface Conversation {
    void with(InputStream in, OutputStream out) throws IOException, InterruptedException;
  }

  /** A port where every connection is talked to in this way. */
  private ServerSocket server(Conversation conversation) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(
        () -> {
          try {
            while (true) {
              Socket socket = server.accept();
              threads.execute(() -> talk(socket, conversation));
            }
          } catch (IOException e) {
            // closed
          }
        });
    return server;
  }

  private static void talk(Socket socket, Conversation conversation) {
    try (socket) {
      conversation.with(socket.getInputStream(), socket.getOutputStream());
    } catch (IOException | InterruptedException e) {
      // the other side has had enough
    }
  }

  private static void readRequest(InputStream in) throws IOException {
    byte[] buffer = new byte[8192];
    assertThat(in.read(buffer)).isPositive();
  }

  private Answer send(ServerSocket server) throws InterruptedException {
    return send(sender, "http://127.0.0.1:" + server.getLocalPort() + "/");
  }

  private static Answer send(HttpSender sender, String url) throws InterruptedException {
    return sender.send(
        new Parcel(
            UUID.randomUUID(),
            UUID.randomUUID(),
            null,
            "t",
            null,
            "lane",
            0,
            false,
            url,
            Map.of("X-Tenant", "a"),
            List.of(),
            "{}"),
        url,
        Instant.now());
  }

  private Answer withinTheLimit(ServerSocket server) throws InterruptedException {
    long started = System.nanoTime();
    Answer answer = send(server);
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(LIMIT.multipliedBy(3));
    return answer;
  }

  @Test
  void whoHangsIsLeftAtTheTimeout() throws Exception {
    try (ServerSocket server = server((in, out) -> Thread.sleep(30_000))) {
      assertThat(withinTheLimit(server)).isEqualTo(new Answer.None("no answer within 1500 ms"));
    }
  }

  @Test
  void whoDripsItsHeadIsLeftAtTheTimeout() throws Exception {
    try (ServerSocket server =
        server(
            (in, out) -> {
              for (byte next : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8)) {
                out.write(next);
                out.flush();
                Thread.sleep(400);
              }
            })) {
      assertThat(withinTheLimit(server)).isEqualTo(new Answer.None("no answer within 1500 ms"));
    }
  }

  @Test
  void whoDripsItsBodyHasAnsweredAllTheSame() throws Exception {
    try (ServerSocket server =
        server(
            (in, out) -> {
              readRequest(in);
              out.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n".getBytes(UTF_8));
              for (int i = 0; i < 100; i++) {
                out.write('x');
                out.flush();
                Thread.sleep(400);
              }
            })) {
      assertThat(withinTheLimit(server))
          .isInstanceOfSatisfying(
              Answer.Status.class,
              status -> {
                assertThat(status.code()).isEqualTo(200);
                assertThat(status.excerpt()).startsWith("x").hasSizeLessThan(20);
              });
    }
  }

  @Test
  void ofFiftyMegabytesFourKibAreRead() throws Exception {
    AtomicLong written = new AtomicLong();
    try (ServerSocket server =
        server(
            (in, out) -> {
              readRequest(in);
              out.write("HTTP/1.1 500 No\r\nContent-Length: 50000000\r\n\r\n".getBytes(UTF_8));
              byte[] block = "y".repeat(10_000).getBytes(UTF_8);
              for (int i = 0; i < 5000; i++) {
                out.write(block);
                written.addAndGet(block.length);
              }
            })) {
      assertThat(withinTheLimit(server)).isEqualTo(new Answer.Status(500, null, "y".repeat(4096)));
      assertThat(written.get()).isLessThan(20_000_000);
    }
  }

  @Test
  void anEndlessHeadIsCutOff() throws Exception {
    try (ServerSocket server =
        server(
            (in, out) -> {
              readRequest(in);
              out.write("HTTP/1.1 200 OK\r\n".getBytes(UTF_8));
              while (true) {
                out.write("X-Header: x\r\n".repeat(100).getBytes(UTF_8));
              }
            })) {
      assertThat(withinTheLimit(server)).isInstanceOf(Answer.None.class);
    }
  }

  @Test
  void whoClosesEarlyOrSpeaksNoHttpHasNotAnswered() throws Exception {
    try (ServerSocket closing = server((in, out) -> readRequest(in));
        ServerSocket babbling =
            server(
                (in, out) -> {
                  readRequest(in);
                  out.write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(UTF_8));
                })) {
      assertThat(withinTheLimit(closing)).isInstanceOf(Answer.None.class);
      assertThat(withinTheLimit(babbling)).isInstanceOf(Answer.None.class);
    }
  }

  @Test
  void whereNobodyListensOrTlsIsNoneThereIsNoAnswer() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0)) {
      port = closed.getLocalPort();
    }
    assertThat(send(sender, "http://127.0.0.1:" + port + "/")).isInstanceOf(Answer.None.class);
    try (Receiver plain = new Receiver()) {
      assertThat(send(sender, plain.url().replace("http:", "https:")))
          .isInstanceOf(Answer.None.class);
      assertThat(plain.received()).isEmpty();
    }
    assertThat(send(sender, "http://no-such-host.invalid/")).isInstanceOf(Answer.None.class);
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    try (Receiver receiver = new Receiver()) {
      receiver.answers(307, Map.of("Location", receiver.url()), "");
      assertThat(send(sender, receiver.url()))
          .isInstanceOfSatisfying(
              Answer.Status.class, status -> assertThat(status.code()).isEqualTo(307));
      assertThat(receiver.received()).hasSize(1);
      assertThat(receiver.received().get(0).header("x-tenant")).isEqualTo("a");
    }
  }

  @Test
  void literalAddressesAreCheckedToo() throws Exception {
    try (Receiver receiver = new Receiver();
        HttpSender strict = new HttpSender(AddressPolicy.allowing(""), LIMIT, 8)) {
      for (String url :
          List.of(
              receiver.url(),
              "http://[::1]:80/",
              "http://[::ffff:127.0.0.1]/",
              "http://169.254.169.254/latest/meta-data/",
              "http://localhost/",
              "http://0.0.0.0/")) {
        assertThat(send(strict, url)).as(url).isInstanceOf(Answer.Forbidden.class);
      }
      assertThat(receiver.received()).isEmpty();
    }
  }

  /** What is checked is what is connected to: there is no second look-up. */
  @Test
  void aNameThatChangesItsAddressGainsNothing() throws Exception {
    AtomicInteger lookups = new AtomicInteger();
    try (Receiver receiver = new Receiver();
        HttpSender rebinding =
            new HttpSender(
                new SystemDefaultDnsResolver() {
                  @Override
                  public InetAddress[] resolve(String host) {
                    byte last = (byte) (lookups.getAndIncrement() == 0 ? 1 : 2);
                    return new InetAddress[] {address(new byte[] {127, 0, 0, last})};
                  }
                },
                AddressPolicy.allowing("127.0.0.1"),
                LIMIT,
                8)) {
      String url = receiver.url().replace("127.0.0.1", "rebinding.example");
      assertThat(send(rebinding, url)).isInstanceOf(Answer.Status.class);
      assertThat(lookups.get()).isEqualTo(1);
    }
    assertThat(lookups.get()).isEqualTo(1);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aConnectionIsUsedAgain() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    try (ServerSocket server =
        server(
            (in, out) -> {
              connections.incrementAndGet();
              while (true) {
                readRequest(in);
                out.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(UTF_8));
              }
            })) {
      for (int i = 0; i < 5; i++) {
        assertThat(send(server)).isEqualTo(new Answer.Status(200, null, "ok"));
      }
      assertThat(connections.get()).isEqualTo(1);
    }
  }

  /** What hangs cannot be ended; it is left behind, and others are looked up meanwhile. */
  @Test
  void aNameServerThatHangsIsLeftAtTheTimeout() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    DnsResolver names =
        names(
            host -> {
              if (host.equals("hangs.example")) {
                end.await();
              }
              return new InetAddress[] {InetAddress.getLoopbackAddress()};
            });
    try (Receiver receiver = new Receiver();
        HttpSender slow = new HttpSender(names, AddressPolicy.allowing("127.0.0.0/8"), LIMIT, 9)) {
      String url = receiver.url().replace("127.0.0.1", "hangs.example");
      List<Future<Answer>> hanging = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        hanging.add(threads.submit(() -> send(slow, url)));
      }
      assertThat(send(slow, receiver.url().replace("127.0.0.1", "other.example")))
          .isEqualTo(new Answer.Status(200, null, "thanks"));
      for (Future<Answer> each : hanging) {
        assertThat(each.get(LIMIT.toMillis() * 3, TimeUnit.MILLISECONDS))
            .isInstanceOf(Answer.None.class);
      }
      assertThat(receiver.received()).hasSize(1);
      end.countDown();
    }
  }

  /** Each alone would be waited for as long as a whole try. */
  @Test
  void aNameWithManyAddressesWhereNobodyAnswersIsLeftAtTheTimeout() throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1)) {
      List<Socket> crowd = new ArrayList<>();
      fill(full, crowd);
      DnsResolver names =
          names(
              host -> {
                InetAddress[] all = new InetAddress[20];
                for (int i = 0; i < all.length; i++) {
                  all[i] = address(new byte[] {127, 0, 0, (byte) (i + 1)});
                }
                return all;
              });
      try (HttpSender many =
          new HttpSender(names, AddressPolicy.allowing("127.0.0.0/8"), LIMIT, 8)) {
        Future<Answer> answer =
            threads.submit(() -> send(many, "http://many.example:" + full.getLocalPort() + "/"));
        assertThat(answer.get(LIMIT.toMillis() * 3, TimeUnit.MILLISECONDS))
            .isEqualTo(new Answer.None("no answer within 1500 ms"));
      } finally {
        for (Socket each : crowd) {
          each.close();
        }
      }
    }
  }

  /** Until the kernel answers no more of them. */
  private static void fill(ServerSocket server, List<Socket> crowd) throws IOException {
    while (true) {
      Socket next = new Socket();
      crowd.add(next);
      try {
        next.connect(server.getLocalSocketAddress(), 300);
      } catch (SocketTimeoutException e) {
        return;
      }
    }
  }

  private interface Lookup {
    InetAddress[] of(String host) throws IOException, InterruptedException;
  }

  private static DnsResolver names(Lookup lookup) {
    return new SystemDefaultDnsResolver() {
      @Override
      public InetAddress[] resolve(String host) throws UnknownHostException {
        try {
          return lookup.of(host);
        } catch (IOException | InterruptedException e) {
          throw new UnknownHostException(e.toString());
        }
      }
    };
  }

  @Test
  void aCertificateThatNobodyTrustsIsNoAnswer(@TempDir Path directory) throws Exception {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
    server.setHttpsConfigurator(new HttpsConfigurator(selfSigned(directory)));
    AtomicInteger requests = new AtomicInteger();
    server.createContext("/", exchange -> requests.incrementAndGet());
    server.start();
    try {
      assertThat(send(sender, "https://127.0.0.1:" + server.getAddress().getPort() + "/"))
          .isInstanceOfSatisfying(
              Answer.None.class, none -> assertThat(none.error()).startsWith("SSLHandshake"));
      assertThat(requests.get()).isZero();
    } finally {
      server.stop(0);
    }
  }

  private static SSLContext selfSigned(Path directory) throws Exception {
    Path store = directory.resolve("store.p12");
    char[] password = "changeit".toCharArray();
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), password);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /** Who closes without saying so costs the next one no try. */
  @Test
  void aConnectionThatTheOtherSideClosedIsNotUsedAgain() throws Exception {
    try (ServerSocket server =
        server(
            (in, out) -> {
              readRequest(in);
              out.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(UTF_8));
            })) {
      for (int i = 0; i < 20; i++) {
        assertThat(send(server)).isEqualTo(new Answer.Status(200, null, "ok"));
      }
    }
  }
}
