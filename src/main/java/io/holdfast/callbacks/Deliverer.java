package io.holdfast.callbacks;

import io.holdfast.platform.Transactions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/**
 * Sends what is due. Every round is one short transaction that writes how tries ended and claims
 * the next ones; between rounds they are sent, each on a thread of its own. What was sent and not
 * written down when the server dies is sent again under the same id.
 */
final class Deliverer {

  private static final Logger LOG = System.getLogger(Deliverer.class.getName());

  /** Beyond the longest try, with time to write it down. */
  private static final Duration LEASE_MARGIN = Duration.ofMinutes(2);

  private final Transactions transactions;
  private final DeliveryStore store;
  private final Sender sender;
  private final ExecutorService threads;
  private final InstantSource clock;
  private final CallbackSettings settings;
  private final Classification classification;
  private final Breaker breaker;
  private final Runnable wake;
  private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
  private int inFlight;

  private record Ended(Parcel parcel, Instant at, Duration took, Answer answer) {}

  Deliverer(
      Transactions transactions,
      DeliveryStore store,
      Sender sender,
      ExecutorService threads,
      InstantSource clock,
      CallbackSettings settings,
      Runnable wake) {
    this.transactions = transactions;
    this.store = store;
    this.sender = sender;
    this.threads = threads;
    this.clock = clock;
    this.settings = settings;
    this.classification = new Classification(new RetrySchedule(settings.retryDelays()));
    this.breaker = new Breaker(settings.breakerThreshold(), settings.breakerPause());
    this.wake = wake;
  }

  /** Called by one loop only. What could not be written down is kept for the next round. */
  void runOnce() {
    List<Ended> batch = drain();
    List<Parcel> claimed;
    try {
      claimed = transactions.call(() -> round(batch));
    } catch (RuntimeException | Error e) {
      ended.addAll(batch);
      throw e;
    }
    inFlight += claimed.size() - batch.size();
    claimed.forEach(this::send);
  }

  private List<Ended> drain() {
    List<Ended> batch = new ArrayList<>();
    for (Ended next = ended.poll(); next != null; next = ended.poll()) {
      batch.add(next);
    }
    return batch;
  }

  private List<Parcel> round(List<Ended> batch) {
    Instant now = clock.instant();
    if (!batch.isEmpty()) {
      settle(batch, now);
    }
    int free = settings.maxConcurrent() - inFlight + batch.size();
    return free > 0
        ? store.claim(free, settings.maxPerEndpoint(), settings.timeout().plus(LEASE_MARGIN), now)
        : List.of();
  }

  private void settle(List<Ended> batch, Instant now) {
    List<Settlement> settlements = new ArrayList<>();
    List<Gone> gone = new ArrayList<>();
    for (Ended one : batch) {
      Verdict verdict = classification.of(one.answer(), one.parcel().made() + 1, now);
      settlements.add(Settlement.of(one.parcel(), one.at(), one.took(), one.answer(), verdict));
      if (verdict instanceof Verdict.Gone why) {
        gone.add(new Gone(one.parcel(), why.reason()));
      }
    }
    Set<UUID> settled = store.settle(settlements, now);
    if (settled.size() < batch.size()) {
      LOG.log(
          Level.WARNING,
          "{0} deliveries were taken over before their outcome was written; they are sent again",
          batch.size() - settled.size());
    }
    gone.forEach(one -> store.disable(one.parcel(), one.reason(), now));
    guard(batch, now);
  }

  private record Gone(Parcel parcel, String reason) {}

  /** Keeps the breakers; healthy lanes cost nothing. */
  private void guard(List<Ended> batch, Instant now) {
    Set<String> lanes = new HashSet<>();
    for (Ended one : batch) {
      if (one.parcel().troubled()
          || (tells(one.answer()) && !Classification.healthy(one.answer()))) {
        lanes.add(one.parcel().lane());
      }
    }
    if (lanes.isEmpty()) {
      return;
    }
    Map<String, LaneHealth> before = store.troubled(lanes);
    for (String lane : lanes) {
      LaneHealth health = before.get(lane);
      for (Ended one : batch) {
        if (one.parcel().lane().equals(lane) && tells(one.answer())) {
          health = breaker.after(health, Classification.healthy(one.answer()), now);
        }
      }
      if (health != null) {
        store.trouble(lane, health);
      } else if (before.containsKey(lane)) {
        store.healed(lane);
      }
    }
  }

  /** Whether it says anything about the receiver. */
  private static boolean tells(Answer answer) {
    return answer instanceof Answer.Status || answer instanceof Answer.None;
  }

  private void send(Parcel parcel) {
    try {
      threads.execute(() -> deliver(parcel));
    } catch (RejectedExecutionException e) {
      end(new Ended(parcel, clock.instant(), Duration.ZERO, new Answer.NotTried("stopping")));
    }
  }

  private void deliver(Parcel parcel) {
    Instant at = clock.instant();
    long started = System.nanoTime();
    Answer answer;
    try {
      answer =
          parcel.url() == null
              ? new Answer.Forbidden("its endpoint was deleted")
              : sender.send(parcel, parcel.url(), at);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer = new Answer.NotTried("interrupted");
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "delivery " + parcel.id() + " could not be tried", e);
      answer = new Answer.NotTried(e.toString());
    }
    end(new Ended(parcel, at, Duration.ofNanos(System.nanoTime() - started), answer));
  }

  private void end(Ended one) {
    ended.add(one);
    wake.run();
  }
}
