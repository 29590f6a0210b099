package io.holdfast.callbacks;

import io.holdfast.callbacks.http.HttpSender;
import io.holdfast.callbacks.store.JpaDeliveryStore;
import io.holdfast.callbacks.store.JpaEndpointStore;
import io.holdfast.callbacks.store.JpaOutbox;
import io.holdfast.platform.NodeEpoch;
import io.holdfast.platform.Settings;
import io.holdfast.platform.Signal;
import io.holdfast.platform.Transactions;
import io.holdfast.recovery.store.JpaStartupLog;
import io.holdfast.testing.Inline;
import io.holdfast.testing.TestClock;
import io.holdfast.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Callbacks on a real database, moved by hand: nothing is sent but by {@link #round}. {@link
 * #restarted} is the next life of the same node.
 */
final class CallbackTown implements AutoCloseable {

  static final String OWNER = "me";
  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  final TestDatabase database;
  final TestClock clock;
  final Map<String, String> settings;
  final ExecutorService threads;
  final OutboxTransactions transactions;
  final Signal signal = new Signal();
  final Outbox outbox;
  final Sender sender;
  final CallbackEngine engine;
  final Callbacks callbacks;

  /** What is to happen between a commit and the return to its caller. */
  volatile Runnable afterCommit = () -> {};

  static CallbackTown of(TestDatabase database, Map<String, String> settings) {
    return new CallbackTown(database, new TestClock(), settings, new Inline(), null);
  }

  static CallbackTown of(TestDatabase database, Map<String, String> settings, Sender sender) {
    return new CallbackTown(database, new TestClock(), settings, new Inline(), sender);
  }

  static CallbackTown of(
      TestDatabase database, Map<String, String> settings, ExecutorService threads) {
    return new CallbackTown(database, new TestClock(), settings, threads, null);
  }

  private CallbackTown(
      TestDatabase database,
      TestClock clock,
      Map<String, String> settings,
      ExecutorService threads,
      @Nullable Sender given) {
    this.database = database;
    this.clock = clock;
    this.settings = settings;
    this.threads = threads;
    Transactions real = database.transactions();
    Transactions interrupted =
        new Transactions() {
          @Override
          public <T> T call(Supplier<T> work) {
            T result = real.call(work);
            afterCommit.run();
            return result;
          }
        };
    this.transactions = new OutboxTransactions(interrupted, signal::give);
    CallbackSettings its =
        CallbackSettings.from(
            new Settings(
                key ->
                    key.equals("holdfast.callbacks.allow-addresses") && !settings.containsKey(key)
                        ? Optional.of("127.0.0.0/8")
                        : Optional.ofNullable(settings.get(key))));
    NodeEpoch epoch = new NodeEpoch("node-1");
    new JpaStartupLog(real, database.entityManager(), epoch).open("host", "boot", clock.instant());
    this.outbox =
        new JpaOutbox(database.entityManager(), "https://holdfast.example", transactions::filled);
    this.sender =
        given == null
            ? new HttpSender(its.allowAddresses(), its.timeout(), its.maxConcurrent())
            : given;
    this.engine =
        new CallbackEngine(
            transactions,
            new JpaDeliveryStore(database.entityManager(), epoch),
            new JpaEndpointStore(database.entityManager()),
            sender,
            its,
            signal,
            threads,
            clock);
    this.callbacks = engine.callbacks();
  }

  /** The server died and is started again, with or without other settings. */
  CallbackTown restarted() {
    return new CallbackTown(database, clock, settings, threads, sender);
  }

  Endpoint endpoint(String url, String... secrets) {
    Callbacks.Registration outcome =
        callbacks.register(
            OWNER,
            "name-" + UUID.randomUUID(),
            null,
            new Target(url, EventType.subscribable(), Map.of(), List.of(secrets)));
    if (outcome instanceof Callbacks.Registration.Registered registered) {
      return registered.endpoint();
    }
    throw new IllegalStateException(outcome.toString());
  }

  /** A job of the owner came into a state; nothing is known of the job but this. */
  UUID tell(EventType event) {
    UUID job = UUID.randomUUID();
    transactions.run(() -> outbox.changed(change(job, event)));
    return job;
  }

  JobChange change(UUID job, EventType event) {
    return new JobChange(
        job,
        event,
        clock.instant(),
        event.wire(),
        1,
        OWNER,
        "a title",
        List.of("alpha"),
        3,
        "it said so");
  }

  /** Sends what is due, and writes down how that ended. */
  void round() {
    engine.deliver();
    engine.deliver();
  }

  void pass(Duration time) {
    clock.advance(time);
    round();
  }

  Delivery only(UUID job) {
    List<Delivery> all = callbacks.list(new Delivery.Query(null, job, null, null, 10));
    if (all.size() != 1) {
      throw new IllegalStateException(all.toString());
    }
    return all.get(0);
  }

  @Override
  public void close() {
    if (sender instanceof HttpSender http) {
      http.close();
    }
  }
}
