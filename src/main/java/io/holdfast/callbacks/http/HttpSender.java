package io.holdfast.callbacks.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.callbacks.AddressPolicy;
import io.holdfast.callbacks.Answer;
import io.holdfast.callbacks.Parcel;
import io.holdfast.callbacks.Sender;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * {@link Sender} over HTTP/1.1. One POST per try: no redirects, no retries, no cookies, no proxy,
 * no decompression. A watch ends what takes too long in all, also an answer that drips.
 */
public final class HttpSender implements Sender, AutoCloseable {

  static final int EXCERPT = 4096;

  private static final Http1Config BOUNDED =
      Http1Config.custom().setMaxLineLength(16 * 1024).setMaxHeaderCount(200).build();

  private final Duration timeout;
  private final BoundedDns names;
  private final CloseableHttpClient client;
  private final ScheduledThreadPoolExecutor watch;

  /**
   * @param timeout of a whole try
   * @param atOnce tries at the same time
   */
  public HttpSender(AddressPolicy policy, Duration timeout, int atOnce) {
    this(SystemDefaultDnsResolver.INSTANCE, policy, timeout, atOnce);
  }

  HttpSender(DnsResolver names, AddressPolicy policy, Duration timeout, int atOnce) {
    this.timeout = timeout;
    this.names = new BoundedDns(names, timeout, atOnce);
    Timeout limit = Timeout.of(timeout);
    PoolingHttpClientConnectionManager connections =
        new TimelyConnections()
            .setDnsResolver(new CheckedDns(this.names, policy))
            .setMaxConnTotal(atOnce)
            .setMaxConnPerRoute(atOnce)
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder().http1Config(BOUNDED).build())
            .setDefaultSocketConfig(SocketConfig.custom().setSoTimeout(limit).build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(limit)
                    .setSocketTimeout(limit)
                    .setTimeToLive(TimeValue.ofMinutes(1))
                    .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS) // always
                    .build())
            .build();
    this.client =
        HttpClientBuilder.create()
            .setConnectionManager(connections)
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setConnectionRequestTimeout(limit)
                    .setResponseTimeout(limit)
                    .setExpectContinueEnabled(false)
                    .setProtocolUpgradeEnabled(false)
                    .build())
            .setUserAgent("Holdfast")
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableContentCompression()
            .build();
    this.watch = new ScheduledThreadPoolExecutor(1, Daemons.named("watching callbacks"));
    watch.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Answer send(Parcel parcel, String url, Instant now) throws InterruptedException {
    HttpPost request = request(parcel, URI.create(url), now);
    AtomicBoolean late = new AtomicBoolean();
    HttpClientContext context = HttpClientContext.create();
    context.setAttribute(TimelyConnections.LATE, late);
    ScheduledFuture<?> end =
        watch.schedule(
            () -> {
              late.set(true);
              request.cancel();
            },
            timeout.toMillis(),
            TimeUnit.MILLISECONDS);
    Partial partial = new Partial();
    try {
      return exchange(request, context, partial);
    } catch (ForbiddenAddress e) {
      return new Answer.Forbidden(String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (e instanceof RuntimeException fault && !late.get()) {
        throw fault;
      }
      Answer status = partial.answer();
      return status != null ? status : new Answer.None(inWords(e, late.get()));
    } finally {
      end.cancel(false);
    }
  }

  private Answer exchange(HttpPost request, HttpClientContext context, Partial partial)
      throws IOException {
    try (ClassicHttpResponse response = client.executeOpen(null, request, context)) {
      partial.code = response.getCode();
      Header retryAfter = response.getFirstHeader("Retry-After");
      partial.retryAfter = retryAfter == null ? null : retryAfter.getValue();
      HttpEntity entity = response.getEntity();
      if (entity != null) {
        InputStream body = entity.getContent();
        byte[] buffer = new byte[EXCERPT + 1];
        // One byte more tells an answer that ended, whose connection can be used again.
        for (int read; partial.length < buffer.length; partial.length += read) {
          read = body.read(buffer, partial.length, buffer.length - partial.length);
          if (read < 0) {
            break;
          }
          partial.body = buffer;
        }
      }
      if (partial.length > EXCERPT) {
        request.cancel(); // else closing it would read the rest
      }
      return partial.whole();
    }
  }

  private static HttpPost request(Parcel parcel, URI url, Instant now) {
    HttpPost request = new HttpPost(url);
    parcel.headers().forEach(request::setHeader);
    byte[] payload = parcel.payload().getBytes(UTF_8);
    String id = parcel.id().toString();
    request.setHeader("webhook-id", id);
    request.setHeader("webhook-timestamp", String.valueOf(now.getEpochSecond()));
    if (!parcel.secrets().isEmpty()) {
      request.setHeader(
          "webhook-signature", Signature.of(parcel.secrets(), id, now.getEpochSecond(), payload));
    }
    request.setEntity(new ByteArrayEntity(payload, ContentType.APPLICATION_JSON));
    return request;
  }

  private String inWords(Exception e, boolean late) {
    if (late || e instanceof InterruptedIOException) {
      return "no answer within " + timeout.toMillis() + " ms";
    }
    String message = e.getMessage();
    return e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
  }

  @Override
  public void close() {
    watch.shutdownNow();
    names.close();
    client.close(CloseMode.IMMEDIATE);
  }
}
