package io.holdfast.callbacks;

import io.holdfast.platform.Transactions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What people do with callbacks. Whatever returns normally is on disk. */
public final class Callbacks {

  private final Transactions transactions;
  private final EndpointStore endpoints;
  private final DeliveryStore deliveries;
  private final TargetRules rules;
  private final InstantSource clock;
  private final Runnable wake;

  Callbacks(
      Transactions transactions,
      EndpointStore endpoints,
      DeliveryStore deliveries,
      TargetRules rules,
      InstantSource clock,
      Runnable wake) {
    this.transactions = transactions;
    this.endpoints = endpoints;
    this.deliveries = deliveries;
    this.rules = rules;
    this.clock = clock;
    this.wake = wake;
  }

  /** What became of a registration. */
  public sealed interface Registration {
    record Registered(Endpoint endpoint) implements Registration {}

    record NameTaken() implements Registration {}

    record Refused(List<Objection> objections) implements Registration {}
  }

  public Registration register(
      String owner, String name, @Nullable String repository, Target target) {
    List<Objection> objections = rules.objections(target);
    if (!objections.isEmpty()) {
      return new Registration.Refused(objections);
    }
    Endpoint endpoint =
        new Endpoint(UUID.randomUUID(), owner, name, repository, target, null, 0, null, now());
    return transactions.call(() -> endpoints.insert(endpoint))
        ? new Registration.Registered(endpoint)
        : new Registration.NameTaken();
  }

  public List<Endpoint> endpoints() {
    return transactions.call(endpoints::list);
  }

  public Optional<Endpoint> endpoint(UUID id) {
    return transactions.call(() -> endpoints.find(id));
  }

  public boolean remove(UUID id) {
    return transactions.call(() -> endpoints.delete(id, now()));
  }

  public boolean enable(UUID id) {
    return transactions.call(() -> endpoints.enable(id));
  }

  /** Why these secrets cannot be used; empty if they are from now on, or there is no endpoint. */
  public List<Objection> renewSecrets(UUID id, List<String> secrets) {
    List<Objection> objections = rules.objections(secrets);
    if (objections.isEmpty()) {
      transactions.call(() -> endpoints.renew(id, secrets));
    }
    return objections;
  }

  /** Sends a test, also to an endpoint that is disabled; the delivery's id. */
  public Optional<UUID> ping(UUID id) {
    Optional<UUID> delivery =
        transactions.call(
            () -> endpoints.find(id).map(endpoint -> endpoints.ping(endpoint, now())));
    wake.run();
    return delivery;
  }

  public Optional<Delivery> find(UUID delivery) {
    return transactions.call(() -> deliveries.find(delivery));
  }

  public List<Delivery.Try> tries(UUID delivery) {
    return transactions.call(() -> deliveries.tries(delivery));
  }

  public List<Delivery> list(Delivery.Query query) {
    return transactions.call(() -> deliveries.list(query));
  }

  public Delivery.Overview overview() {
    return transactions.call(() -> deliveries.overview(now()));
  }

  /** False if it is being sent, or nothing may be sent to its target. */
  public boolean redeliver(UUID delivery) {
    boolean done = transactions.call(() -> deliveries.redeliver(delivery, now()));
    wake.run();
    return done;
  }

  /** How many. */
  public int redeliverFailed(Instant since) {
    int count = transactions.call(() -> deliveries.redeliverFailed(since, now()));
    wake.run();
    return count;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
