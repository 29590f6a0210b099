package io.holdfast.rest;

import io.holdfast.callbacks.Delivery;
import io.holdfast.callbacks.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Callbacks as the API shows them: no secrets, no values of headers, no queries of URLs. */
final class CallbackViews {

  private CallbackViews() {}

  record EndpointView(
      UUID id,
      String name,
      String owner,
      @Nullable String repository,
      String url,
      List<String> events,
      List<String> headerNames,
      int secrets,
      String state,
      @Nullable String reason,
      int consecutiveFailures,
      @Nullable Instant breakerOpenUntil,
      Instant createdAt) {

    static EndpointView of(Endpoint endpoint) {
      return new EndpointView(
          endpoint.id(),
          endpoint.name(),
          endpoint.owner(),
          endpoint.repository(),
          withoutQuery(endpoint.target().url()),
          endpoint.target().events(),
          endpoint.target().headers().keySet().stream().sorted().toList(),
          endpoint.target().secrets().size(),
          endpoint.disabled() == null ? "ENABLED" : "DISABLED",
          endpoint.disabled(),
          endpoint.failures(),
          endpoint.openUntil(),
          endpoint.createdAt());
    }
  }

  record EndpointsView(List<EndpointView> endpoints) {}

  record DeliveryView(
      UUID id,
      @Nullable UUID jobId,
      int jobAttempt,
      String event,
      @Nullable UUID endpointId,
      @Nullable String url,
      String state,
      @Nullable Instant dueAt,
      int attempts,
      @Nullable String reason,
      Instant createdAt,
      @Nullable Instant endedAt) {

    static DeliveryView of(Delivery delivery) {
      return new DeliveryView(
          delivery.id(),
          delivery.job(),
          delivery.attempt(),
          delivery.event(),
          delivery.endpoint(),
          delivery.url() == null ? null : withoutQuery(delivery.url()),
          delivery.state().name(),
          delivery.endedAt() == null ? delivery.due() : null,
          delivery.tries(),
          delivery.reason(),
          delivery.createdAt(),
          delivery.endedAt());
    }
  }

  record DeliveryAttemptView(
      Instant at,
      @Nullable Long durationMs,
      @Nullable Integer status,
      @Nullable String error,
      @Nullable String answer) {

    static DeliveryAttemptView of(Delivery.Try made) {
      return new DeliveryAttemptView(
          made.at(),
          Optional.ofNullable(made.took()).map(Duration::toMillis).orElse(null),
          made.status(),
          made.error(),
          made.answer());
    }
  }

  record DeliveryDetail(DeliveryView delivery, List<DeliveryAttemptView> attempts) {}

  record DeliveriesView(List<DeliveryView> deliveries) {
    static DeliveriesView of(List<Delivery> deliveries) {
      return new DeliveriesView(deliveries.stream().map(DeliveryView::of).toList());
    }
  }

  /**
   * A page for administrators.
   *
   * @param oldestDueSeconds how long the oldest that could be sent has been waiting; null if none
   * @param nextCursor null at the end
   */
  record OverviewView(
      long pending,
      long due,
      long inFlight,
      long failed,
      @Nullable Double oldestDueSeconds,
      List<DeliveryView> deliveries,
      @Nullable String nextCursor) {}

  record PingView(UUID deliveryId) {}

  record RedeliveredView(int redelivered) {}

  private static String withoutQuery(String url) {
    int query = url.indexOf('?');
    return query < 0 ? url : url.substring(0, query) + "?...";
  }
}
