package io.holdfast.callbacks;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import io.holdfast.testing.Receiver;
import io.holdfast.testing.TestClock;
import io.holdfast.testing.TestDatabase;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Deliveries to a real receiver, with a clock that the test moves. */
@Timeout(60)
class DeliveriesIT {

  private static final String OTHER_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

  private static TestDatabase database;

  private Receiver receiver;
  private CallbackTown town;

  @BeforeAll
  static void create() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @BeforeEach
  void open() {
    database.empty();
    receiver = new Receiver();
    town = CallbackTown.of(database, Map.of());
  }

  @AfterEach
  void close() {
    town.close();
    receiver.close();
  }

  @Test
  void whatIsToldArrivesWithItsPayloadAndTheAnswerIsKept() {
    town.endpoint(receiver.url());

    UUID job = town.tell(EventType.JOB_FAILED);
    town.round();

    assertThat(receiver.received()).hasSize(1);
    Receiver.Received received = receiver.received().get(0);
    Delivery delivery = town.only(job);
    assertThat(received.id()).isEqualTo(delivery.id().toString());
    assertThat(received.header("content-type")).startsWith("application/json");
    assertThat(received.body())
        .startsWith("{\"type\":\"job.failed\",\"version\":1,\"timestamp\":\"2026-11-24T08:00:00Z\"")
        .contains("\"job_id\":\"" + job + "\"", "\"exit_code\":3", "\"title\":\"a title\"")
        .contains("\"https://holdfast.example/api/jobs/" + job + "/output\"");
    assertThat(delivery.state()).isEqualTo(DeliveryState.DELIVERED);
    assertThat(delivery.tries()).isEqualTo(1);
    assertThat(town.callbacks.tries(delivery.id()))
        .singleElement()
        .satisfies(
            made -> {
              assertThat(made.status()).isEqualTo(200);
              assertThat(made.answer()).isEqualTo("thanks");
              assertThat(made.at()).isEqualTo(TestClock.START);
            });
  }

  @Test
  void theOfficialLibraryVerifiesEverySignatureAlsoWhileASecretIsRotated() throws Exception {
    Endpoint endpoint = town.endpoint(receiver.url(), CallbackTown.SECRET);
    town.clock.advance(Duration.between(town.clock.instant(), Instant.now()));

    town.tell(EventType.JOB_COMPLETED);
    town.round();
    town.callbacks.renewSecrets(endpoint.id(), List.of(OTHER_SECRET, CallbackTown.SECRET));
    town.tell(EventType.JOB_COMPLETED);
    town.round();
    town.callbacks.renewSecrets(endpoint.id(), List.of(OTHER_SECRET));
    town.tell(EventType.JOB_COMPLETED);
    town.round();

    assertThat(receiver.received()).hasSize(3);
    verify(CallbackTown.SECRET, receiver.received().get(0));
    verify(CallbackTown.SECRET, receiver.received().get(1));
    verify(OTHER_SECRET, receiver.received().get(1));
    verify(OTHER_SECRET, receiver.received().get(2));
  }

  private static void verify(String secret, Receiver.Received received) throws Exception {
    Map<String, List<String>> headers = received.headers();
    new Webhook(secret).verify(received.body(), HttpHeaders.of(headers, (name, value) -> true));
  }

  @Test
  void retriesFollowTheScheduleThenTheDeliveryIsKeptAndCanBeReplayed() {
    town.endpoint(receiver.url());
    receiver.always(503);

    UUID job = town.tell(EventType.JOB_LOST);
    town.round();
    assertThat(receiver.received()).hasSize(1);
    assertThat(town.only(job).due()).isEqualTo(TestClock.START.plusSeconds(30));
    town.pass(Duration.ofSeconds(29));
    assertThat(receiver.received()).hasSize(1);
    town.pass(Duration.ofSeconds(1));
    assertThat(receiver.received()).hasSize(2);
    town.pass(Duration.ofSeconds(119));
    assertThat(receiver.received()).hasSize(2);
    town.pass(Duration.ofSeconds(1));
    town.pass(Duration.ofMinutes(10));

    assertThat(receiver.received()).hasSize(4);
    assertThat(receiver.received().stream().map(Receiver.Received::id).distinct()).hasSize(1);
    assertThat(town.only(job).state()).isEqualTo(DeliveryState.FAILED);
    assertThat(town.only(job).reason()).contains("503", "4 tries");
    assertThat(town.callbacks.tries(town.only(job).id())).hasSize(4);

    receiver.always(204);
    town.pass(Duration.ofDays(1));
    assertThat(receiver.received()).hasSize(4);
    assertThat(town.callbacks.redeliverFailed(TestClock.START)).isEqualTo(1);
    town.round();
    assertThat(town.only(job).state()).isEqualTo(DeliveryState.DELIVERED);
    assertThat(town.callbacks.tries(town.only(job).id())).hasSize(5);
  }

  @Test
  void dueTimesSurviveARestartToTheSecond() {
    town.endpoint(receiver.url());
    receiver.answers(500);
    UUID job = town.tell(EventType.JOB_COMPLETED);
    town.round();
    town.clock.advance(Duration.ofSeconds(10));

    CallbackTown next = town.restarted();
    assertThat(next.engine.recover()).isZero();
    next.round();
    assertThat(next.only(job).due()).isEqualTo(TestClock.START.plusSeconds(30));
    next.pass(Duration.ofSeconds(19));
    assertThat(receiver.received()).hasSize(1);
    next.pass(Duration.ofSeconds(1));

    assertThat(receiver.received()).hasSize(2);
    assertThat(next.only(job).state()).isEqualTo(DeliveryState.DELIVERED);
    assertThat(timestamp(1) - timestamp(0)).isEqualTo(30);
  }

  private long timestamp(int index) {
    return Long.parseLong(receiver.received().get(index).header("webhook-timestamp"));
  }

  @Test
  void aScheduleOfOnesOwnWorks() {
    try (CallbackTown own =
        CallbackTown.of(database, Map.of("holdfast.callbacks.retry-delays", "1s, 2s"))) {
      own.endpoint(receiver.url());
      receiver.always(500);
      UUID job = own.tell(EventType.JOB_COMPLETED);
      own.round();
      own.pass(Duration.ofSeconds(1));
      own.pass(Duration.ofSeconds(2));
      assertThat(receiver.received()).hasSize(3);
      assertThat(own.only(job).state()).isEqualTo(DeliveryState.FAILED);
    }
  }

  @Test
  void aServerThatDiedBeforeTheOutcomeWasWrittenSendsAgainUnderTheSameId() {
    town.endpoint(receiver.url());
    UUID job = town.tell(EventType.JOB_COMPLETED);
    town.engine.deliver(); // claimed and sent; the next round would write it down

    assertThat(town.only(job).state()).isEqualTo(DeliveryState.IN_FLIGHT);
    CallbackTown next = town.restarted();
    assertThat(next.engine.recover()).isEqualTo(1);
    next.round();

    assertThat(receiver.received()).hasSize(2);
    assertThat(receiver.received().get(0).id()).isEqualTo(receiver.received().get(1).id());
    Delivery delivery = next.only(job);
    assertThat(delivery.state()).isEqualTo(DeliveryState.DELIVERED);
    assertThat(delivery.tries()).isEqualTo(1);
    assertThat(next.callbacks.tries(delivery.id()))
        .extracting(made -> made.status() == null ? made.error() : made.status().toString())
        .containsExactly("interrupted: the server stopped; the receiver may have got it", "200");
  }

  @Test
  void theFormerLifeCannotWriteOverTheNext() {
    town.endpoint(receiver.url());
    UUID job = town.tell(EventType.JOB_COMPLETED);
    receiver.answers(404); // what the former life saw
    town.engine.deliver();
    CallbackTown next = town.restarted();
    next.engine.recover();
    next.engine.deliver();

    town.engine.deliver(); // a former life wakes up
    next.engine.deliver();

    assertThat(next.only(job).state()).isEqualTo(DeliveryState.DELIVERED);
    assertThat(receiver.received()).hasSize(2);
  }

  @Test
  void aTransactionThatRollsBackTellsNobody() {
    town.endpoint(receiver.url());
    UUID job = UUID.randomUUID();
    try {
      town.transactions.run(
          () -> {
            town.outbox.changed(town.change(job, EventType.JOB_COMPLETED));
            throw new IllegalStateException("rolled back");
          });
    } catch (IllegalStateException e) {
      // as wanted
    }
    town.round();
    assertThat(receiver.received()).isEmpty();
  }

  @Test
  void anEventIsToldOnceToEachTarget() {
    town.endpoint(receiver.url());
    town.endpoint(receiver.url());
    UUID job = UUID.randomUUID();
    for (int i = 0; i < 3; i++) {
      town.transactions.run(() -> town.outbox.changed(town.change(job, EventType.JOB_COMPLETED)));
    }
    town.round();
    assertThat(receiver.received()).hasSize(2);
  }

  @Test
  void anEndpointThatAnswers410IsDisabledSaysWhyAndCanBeEnabled() {
    Endpoint endpoint = town.endpoint(receiver.url());
    receiver.answers(410);
    UUID first = town.tell(EventType.JOB_STARTED);
    town.round();
    UUID second = town.tell(EventType.JOB_COMPLETED);
    town.round();

    assertThat(receiver.received()).hasSize(1);
    assertThat(town.only(first).state()).isEqualTo(DeliveryState.FAILED);
    assertThat(town.callbacks.list(new Delivery.Query(null, second, null, null, 5))).isEmpty();
    assertThat(town.callbacks.endpoint(endpoint.id()).orElseThrow().disabled()).contains("410");
    assertThat(town.callbacks.redeliver(town.only(first).id())).isFalse();

    assertThat(town.callbacks.enable(endpoint.id())).isTrue();
    assertThat(town.callbacks.redeliver(town.only(first).id())).isTrue();
    town.round();
    assertThat(town.only(first).state()).isEqualTo(DeliveryState.DELIVERED);
  }

  @Test
  void otherRefusalsAndRedirectsFailAtOnce() {
    town.endpoint(receiver.url());
    receiver.answers(404);
    UUID refused = town.tell(EventType.JOB_COMPLETED);
    town.round();
    receiver.answers(301, Map.of("Location", "http://169.254.169.254/"), "");
    UUID redirected = town.tell(EventType.JOB_COMPLETED);
    town.round();

    assertThat(receiver.received()).hasSize(2);
    assertThat(town.only(refused).state()).isEqualTo(DeliveryState.FAILED);
    assertThat(town.only(redirected).state()).isEqualTo(DeliveryState.FAILED);
    assertThat(town.only(redirected).reason()).contains("301", "redirects are not followed");
  }

  @Test
  void retryAfterIsHonouredWhereItIsLater() {
    town.endpoint(receiver.url());
    receiver.answers(429, Map.of("Retry-After", "300"), "");
    UUID job = town.tell(EventType.JOB_COMPLETED);
    town.round();
    assertThat(town.only(job).due()).isEqualTo(TestClock.START.plusSeconds(300));

    receiver.answers(503, Map.of("Retry-After", "Tue, 24 Nov 2026 09:00:00 GMT"), "");
    town.pass(Duration.ofMinutes(5));
    assertThat(town.only(job).due()).isEqualTo(Instant.parse("2026-11-24T09:00:00Z"));
  }

  @Test
  void theBreakerOpensAfterFailuresInARowAndLetsOneTryAtATime() {
    try (CallbackTown guarded =
        CallbackTown.of(
            database,
            Map.of(
                "holdfast.callbacks.breaker-threshold", "3",
                "holdfast.callbacks.max-per-endpoint", "3"))) {
      Endpoint endpoint = guarded.endpoint(receiver.url());
      receiver.always(500);
      for (int i = 0; i < 10; i++) {
        guarded.tell(EventType.JOB_COMPLETED);
      }
      guarded.round();
      guarded.round();
      assertThat(receiver.received()).hasSize(3);
      assertThat(guarded.callbacks.endpoint(endpoint.id()).orElseThrow())
          .satisfies(
              open -> {
                assertThat(open.failures()).isEqualTo(3);
                assertThat(open.openUntil()).isEqualTo(TestClock.START.plusSeconds(30));
              });

      guarded.pass(Duration.ofSeconds(30));
      assertThat(receiver.received()).hasSize(4);
      receiver.always(200);
      guarded.pass(Duration.ofSeconds(30));
      guarded.round();
      guarded.round();
      guarded.pass(Duration.ofMinutes(15));
      guarded.round();
      guarded.round();

      assertThat(guarded.callbacks.overview().pending()).isZero();
      assertThat(guarded.callbacks.overview().failed()).isZero();
      assertThat(guarded.callbacks.endpoint(endpoint.id()).orElseThrow().failures()).isZero();
    }
  }

  @Test
  void anEndpointInTroubleHoldsOneSlotUntilOneComesThrough() {
    try (CallbackTown guarded =
        CallbackTown.of(database, Map.of("holdfast.callbacks.max-per-endpoint", "3"))) {
      guarded.endpoint(receiver.url());
      receiver.always(500);
      for (int i = 0; i < 9; i++) {
        guarded.tell(EventType.JOB_COMPLETED);
      }
      guarded.engine.deliver();
      assertThat(receiver.received()).hasSize(3);
      guarded.engine.deliver();
      assertThat(receiver.received()).as("one at a time").hasSize(4);
      receiver.always(200);
      guarded.engine.deliver();
      assertThat(receiver.received()).as("the one that heals").hasSize(5);
      guarded.engine.deliver();
      assertThat(receiver.received()).as("as before").hasSize(8);
    }
  }

  @Test
  void whoIsEnabledAgainIsSentToAtOnce() {
    Endpoint endpoint = town.endpoint(receiver.url());
    receiver.always(500);
    for (int i = 0; i < 10; i++) {
      town.tell(EventType.JOB_COMPLETED);
    }
    town.round();
    assertThat(town.callbacks.endpoint(endpoint.id()).orElseThrow().openUntil()).isNotNull();

    town.callbacks.enable(endpoint.id());
    receiver.always(200);
    town.tell(EventType.JOB_COMPLETED);
    town.round();

    assertThat(receiver.received()).hasSize(11);
    assertThat(town.callbacks.endpoint(endpoint.id()).orElseThrow().openUntil()).isNull();
  }

  @Test
  void aFaultOfOurOwnEatsNoTry() {
    Sender broken =
        new Sender() {
          private int calls;

          @Override
          public Answer send(Parcel parcel, String url, Instant now) {
            if (++calls == 1) {
              throw new OutOfMemoryError("as a test");
            }
            return new Answer.Status(200, null, "");
          }
        };
    try (CallbackTown own = CallbackTown.of(database, Map.of(), broken)) {
      own.endpoint("http://127.0.0.1:1/");
      UUID job = own.tell(EventType.JOB_COMPLETED);
      own.round();
      assertThat(own.only(job).tries()).isZero();
      own.pass(Duration.ofSeconds(5));
      assertThat(own.only(job).tries()).isEqualTo(1);
      assertThat(own.callbacks.tries(own.only(job).id())).hasSize(1);
    }
  }

  @Test
  void anOutcomeThatTheDatabaseDoesNotTakeIsWrittenLater() {
    town.endpoint(receiver.url());
    UUID job = town.tell(EventType.JOB_COMPLETED);
    town.engine.deliver();
    database.execute("ALTER TABLE callback_attempt RENAME TO away");
    try {
      town.engine.deliver();
    } catch (RuntimeException e) {
      // the loop logs it
    }
    database.execute("ALTER TABLE away RENAME TO callback_attempt");
    town.engine.deliver();

    assertThat(receiver.received()).hasSize(1);
    assertThat(town.only(job).state()).isEqualTo(DeliveryState.DELIVERED);
  }

  @Test
  void aClaimWhoseLeaseRanOutIsTakenBack() {
    town.endpoint(receiver.url());
    UUID job = town.tell(EventType.JOB_COMPLETED);
    town.engine.deliver();
    town.clock.advance(Duration.ofMinutes(5));

    town.engine.tidy();

    assertThat(town.only(job).state()).isEqualTo(DeliveryState.PENDING);
    assertThat(town.callbacks.tries(town.only(job).id()).get(0).error()).contains("lease");
  }

  @Test
  void whatWasDeliveredIsDroppedByAgeAndWhatFailedStays() {
    town.endpoint(receiver.url());
    town.tell(EventType.JOB_COMPLETED);
    receiver.answers(404);
    town.round();
    town.tell(EventType.JOB_COMPLETED);
    town.round();

    town.clock.advance(Duration.ofDays(7).minusSeconds(1));
    town.engine.tidy();
    assertThat(database.value("SELECT count(*) FROM callback_delivery")).isEqualTo("2");
    town.clock.advance(Duration.ofSeconds(2));
    town.engine.tidy();
    assertThat(database.values("SELECT state FROM callback_delivery")).containsExactly("FAILED");
    assertThat(database.value("SELECT count(*) FROM callback_message")).isEqualTo("1");
  }

  @Test
  void aPingArrivesAndADeletedEndpointGetsNothingMore() {
    Endpoint endpoint = town.endpoint(receiver.url());
    UUID ping = town.callbacks.ping(endpoint.id()).orElseThrow();
    town.round();
    assertThat(receiver.received().get(0).body()).contains("\"type\":\"ping\"");
    assertThat(town.callbacks.find(ping).orElseThrow().state()).isEqualTo(DeliveryState.DELIVERED);

    UUID job = town.tell(EventType.JOB_COMPLETED);
    assertThat(town.callbacks.remove(endpoint.id())).isTrue();
    town.round();
    assertThat(receiver.received()).hasSize(1);
    assertThat(town.only(job).reason()).isEqualTo("its endpoint was deleted");
    assertThat(town.callbacks.ping(endpoint.id())).isEmpty();
  }

  @Test
  void aPayloadOfTwoMegabytesArrives() {
    town.endpoint(receiver.url());
    UUID job = town.tell(EventType.JOB_COMPLETED);
    database.execute("UPDATE callback_message SET payload = repeat('x', 2000000)");
    town.round();
    assertThat(receiver.received().get(0).body()).hasSize(2_000_000);
    assertThat(town.only(job).state()).isEqualTo(DeliveryState.DELIVERED);
  }

  @Test
  void aForbiddenAddressIsNotConnectedTo() {
    Endpoint endpoint = town.endpoint(receiver.url());
    UUID job = town.tell(EventType.JOB_COMPLETED);
    database.execute(
        "UPDATE callback_endpoint SET url = 'http://10.1.2.3/' WHERE id = '" + endpoint.id() + "'");
    town.round();
    assertThat(town.only(job).state()).isEqualTo(DeliveryState.FAILED);
    assertThat(town.only(job).reason()).contains("10.1.2.3", "private");
  }
}
