package io.holdfast.callbacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.callbacks.http.HttpSender;
import io.holdfast.testing.Receiver;
import io.holdfast.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A life that ends between two steps, and the next one: nothing is missing, the log is true. */
@Timeout(60)
class CallbackCrashIT {

  private static TestDatabase database;

  @BeforeAll
  static void create() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  enum Step {
    AFTER_THE_CHANGE(0, false),
    AFTER_THE_CLAIM(0, true),
    AFTER_THE_REQUEST_WAS_READ(1, true),
    AFTER_THE_ANSWER(1, true),
    AFTER_THE_OUTCOME(1, false);

    private final int received;
    private final boolean interrupted;

    Step(int received, boolean interrupted) {
      this.received = received;
      this.interrupted = interrupted;
    }
  }

  /** Stands for the kill: what comes after it in this life does not happen. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private record MortalSender(Sender sender, Step dies) implements Sender {
    @Override
    public Answer send(Parcel parcel, String url, Instant now) throws InterruptedException {
      if (dies == Step.AFTER_THE_CLAIM) {
        throw new Killed();
      }
      Answer answer = sender.send(parcel, url, now);
      if (dies == Step.AFTER_THE_REQUEST_WAS_READ) {
        throw new Killed();
      }
      return answer;
    }
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void nothingIsMissingAndDuplicatesHaveTheSameId(Step step) {
    database.empty();
    AddressPolicy loopback = AddressPolicy.allowing("127.0.0.0/8");
    try (HttpSender http = new HttpSender(loopback, Duration.ofSeconds(10), 8);
        Receiver receiver = new Receiver()) {
      CallbackTown life = CallbackTown.of(database, Map.of(), new MortalSender(http, step));
      life.endpoint(receiver.url());
      UUID job = life.tell(EventType.JOB_COMPLETED);
      if (step != Step.AFTER_THE_CHANGE) {
        life.engine.deliver();
      }
      if (step == Step.AFTER_THE_OUTCOME) {
        life.engine.deliver();
      }
      assertThat(receiver.received()).hasSize(step.received);

      CallbackTown next = CallbackTown.of(database, Map.of(), http);
      assertThat(next.engine.recover()).isEqualTo(step.interrupted ? 1 : 0);
      next.round();

      Delivery delivery = next.only(job);
      assertThat(delivery.state()).isEqualTo(DeliveryState.DELIVERED);
      assertThat(delivery.tries()).isEqualTo(1);
      assertThat(receiver.received())
          .isNotEmpty()
          .allSatisfy(got -> assertThat(got.id()).isEqualTo(delivery.id().toString()));
      List<Delivery.Try> tries = next.callbacks.tries(delivery.id());
      assertThat(tries).hasSize(step.interrupted ? 2 : 1);
      assertThat(tries.get(tries.size() - 1).status()).isEqualTo(200);
      assertThat(tries.get(0).error() != null).isEqualTo(step.interrupted);
    }
  }
}
