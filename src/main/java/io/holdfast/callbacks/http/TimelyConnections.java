package io.holdfast.callbacks.http;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * Connections that a request does not begin once it is late. A request's cancel ends the connection
 * to one address only; the client would go on with the name's next one, for as long again.
 */
final class TimelyConnections extends PoolingHttpClientConnectionManagerBuilder {

  /** Of a request's context: an AtomicBoolean. */
  static final String LATE = "late-at";

  @Override
  protected HttpClientConnectionOperator createConnectionOperator(
      SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
    return new DefaultHttpClientConnectionOperator(
        ports,
        names,
        RegistryBuilder.<TlsSocketStrategy>create().register(URIScheme.HTTPS.id, tls).build()) {
      @Override
      protected void onBeforeSocketConnect(HttpContext context, HttpHost host) {
        if (context.getAttribute(LATE) instanceof AtomicBoolean late && late.get()) {
          throw new CancellationException("late");
        }
      }
    };
  }
}
