package io.holdfast.callbacks;

import io.holdfast.platform.Loop;
import io.holdfast.platform.Signal;
import io.holdfast.platform.Transactions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** The moving parts of callbacks, put together. */
public final class CallbackEngine {

  /** What is due later is late by this at most. */
  private static final Duration POLL = Duration.ofMillis(500);

  private static final Duration HOUSEKEEPING = Duration.ofMinutes(1);
  private static final int BATCH = 1000;

  private final Transactions transactions;
  private final DeliveryStore store;
  private final CallbackSettings settings;
  private final InstantSource clock;
  private final Callbacks callbacks;
  private final Deliverer deliverer;
  private final List<Loop> loops;

  /**
   * @param signal is given whenever the outbox has grown
   * @param threads runs the tries
   */
  public CallbackEngine(
      Transactions transactions,
      DeliveryStore store,
      EndpointStore endpoints,
      Sender sender,
      CallbackSettings settings,
      Signal signal,
      ExecutorService threads,
      InstantSource clock) {
    this.transactions = transactions;
    this.store = store;
    this.settings = settings;
    this.clock = clock;
    this.callbacks =
        new Callbacks(
            transactions,
            endpoints,
            store,
            new TargetRules(settings.allowAddresses()),
            clock,
            signal::give);
    this.deliverer =
        new Deliverer(transactions, store, sender, threads, clock, settings, signal::give);
    this.loops =
        List.of(
            new Loop("delivering callbacks", deliverer::runOnce, signal, POLL),
            new Loop("tidying callbacks", this::tidy, new Signal(), HOUSEKEEPING));
  }

  public Callbacks callbacks() {
    return callbacks;
  }

  /** What must run for as long as the server lives, after {@link #recover}. */
  public List<Loop> loops() {
    return loops;
  }

  /**
   * What a former life of this node had in flight is pending again.
   *
   * @return how many that were
   */
  public int recover() {
    return transactions.call(() -> store.recover(clock.instant()));
  }

  /** Sends what is due; the loop's step. */
  void deliver() {
    deliverer.runOnce();
  }

  /** Takes back what a node that is gone had claimed, and drops what is old, in small batches. */
  void tidy() {
    transactions.call(() -> store.releaseExpired(clock.instant()));
    int dropped;
    do {
      dropped =
          transactions.call(() -> store.drop(clock.instant().minus(settings.retention()), BATCH));
    } while (dropped == BATCH);
  }
}
