package io.holdfast.callbacks.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Looks names up on threads of its own, since a look-up cannot be ended: whoever waits for one is
 * patient for so long and leaves it behind. Those who want the same name share one look-up, so a
 * name whose servers hang holds one thread.
 */
final class BoundedDns implements DnsResolver, AutoCloseable {

  private final DnsResolver names;
  private final Duration patience;
  private final ThreadPoolExecutor threads;
  private final Map<String, CompletableFuture<InetAddress[]>> running = new ConcurrentHashMap<>();

  /**
   * @param atOnce look-ups at the same time; those beyond fail
   */
  BoundedDns(DnsResolver names, Duration patience, int atOnce) {
    this.names = names;
    this.patience = patience;
    this.threads =
        new ThreadPoolExecutor(
            0,
            atOnce,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Daemons.named("looking up names"));
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    CompletableFuture<InetAddress[]> lookup = new CompletableFuture<>();
    CompletableFuture<InetAddress[]> before = running.putIfAbsent(host, lookup);
    if (before == null) {
      begin(host, lookup);
    } else {
      lookup = before;
    }
    try {
      return lookup.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new UnknownHostException("no address within " + patience.toMillis() + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnknownHostException("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new IllegalStateException("look-up of " + host, e.getCause());
    }
  }

  private void begin(String host, CompletableFuture<InetAddress[]> lookup) {
    try {
      threads.execute(() -> lookUp(host, lookup));
    } catch (RejectedExecutionException e) {
      running.remove(host);
      lookup.completeExceptionally(new UnknownHostException("too many look-ups hang"));
    }
  }

  private void lookUp(String host, CompletableFuture<InetAddress[]> lookup) {
    try {
      lookup.complete(names.resolve(host));
    } catch (UnknownHostException | RuntimeException | Error e) {
      lookup.completeExceptionally(e);
    } finally {
      running.remove(host);
    }
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
