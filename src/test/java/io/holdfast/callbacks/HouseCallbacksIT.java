package io.holdfast.callbacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.jobs.JobSpec;
import io.holdfast.jobs.OnInterrupt;
import io.holdfast.jobs.SubmitOutcome;
import io.holdfast.platform.DurableFiles;
import io.holdfast.platform.Loop;
import io.holdfast.platform.Patience;
import io.holdfast.platform.Settings;
import io.holdfast.runtime.Foundation;
import io.holdfast.runtime.House;
import io.holdfast.testing.Receiver;
import io.holdfast.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole house with real jobs: who brought callbacks is told. */
@Timeout(120)
class HouseCallbacksIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private TestDatabase database;
  private Receiver receiver;
  private ExecutorService threads;
  private House house;

  @BeforeEach
  void start(@TempDir Path home) throws InterruptedException {
    database = TestDatabase.create();
    receiver = new Receiver();
    threads = Executors.newCachedThreadPool();
    Map<String, String> settings =
        Map.of(
            "holdfast.home", home.toString(), "holdfast.callbacks.allow-addresses", "127.0.0.0/8");
    house =
        new House(
            new Foundation(
                new Settings(key -> Optional.ofNullable(settings.get(key))),
                database.transactions(),
                database.entityManager(),
                new DurableFiles(),
                threads,
                InstantSource.system(),
                call -> call.run(),
                TryGuard.Try::send,
                () -> {}),
            duration -> Thread.sleep(duration.toMillis()));
    house.recovery().run();
    house.loops().forEach(threads::execute);
  }

  @AfterEach
  void stop() {
    house.loops().forEach(Loop::stop);
    threads.shutdownNow();
    receiver.close();
    database.close();
  }

  private UUID submit(List<Target> callbacks, String... command) {
    SubmitOutcome outcome =
        house
            .jobs()
            .submit(
                List.of(
                    new JobSpec(
                        "a title",
                        "shell",
                        List.of(command),
                        null,
                        Map.of(),
                        List.of(),
                        null,
                        false,
                        true,
                        Duration.ofMinutes(1),
                        OnInterrupt.FAIL,
                        callbacks)),
                "me",
                null);
    assertThat(outcome).isInstanceOf(SubmitOutcome.Accepted.class);
    return ((SubmitOutcome.Accepted) outcome).jobs().get(0).id();
  }

  private List<String> types() {
    return receiver.received().stream()
        .map(received -> received.body().replaceFirst("\\{\"type\":\"([^\"]*)\".*", "$1"))
        .sorted()
        .toList();
  }

  private void awaitReceived(int count) {
    assertThat(Patience.until(() -> receiver.received().size() >= count, PATIENCE))
        .as(() -> types().toString())
        .isTrue();
  }

  @Test
  void aJobsWayIsToldToWhoCameWithIt() {
    submit(
        List.of(new Target(receiver.url(), EventType.subscribable(), Map.of(), List.of())), "true");
    awaitReceived(3);
    assertThat(types()).containsExactly("job.completed", "job.queued", "job.started");
  }

  @Test
  void onlyWhatWasAskedForIsToldAndAFailureHasItsExitCode() {
    submit(
        List.of(
            new Target(receiver.url(), List.of("job.completed"), Map.of(), List.of()),
            new Target(receiver.url(), List.of("job.failed"), Map.of(), List.of())),
        "sh",
        "-c",
        "exit 7");
    awaitReceived(1);
    assertThat(types()).containsExactly("job.failed");
    assertThat(receiver.received().get(0).body())
        .contains("\"exit_code\":7", "\"state\":\"FAILED\"");
  }

  @Test
  void aStandingEndpointIsToldOfEveryJobOfItsOwnerAndAResumedJobIsToldOfAgain() {
    house
        .callbacks()
        .register(
            "me", "all", null, new Target(receiver.url(), EventType.ENDS, Map.of(), List.of()));
    UUID job = submit(List.of(), "false");
    awaitReceived(1);
    house.jobs().resume(job);
    awaitReceived(2);
    assertThat(types()).containsExactly("job.failed", "job.failed");
  }

  @Test
  void aDeletedJobIsToldOfAllTheSame() {
    receiver.answers(503);
    UUID job =
        submit(List.of(new Target(receiver.url(), EventType.ENDS, Map.of(), List.of())), "true");
    awaitReceived(1);
    assertThat(
            Patience.until(
                () ->
                    house.callbacks().list(new Delivery.Query(null, job, null, null, 5)).stream()
                        .anyMatch(delivery -> delivery.tries() == 1),
                PATIENCE))
        .isTrue();
    house.jobs().delete(job);
    Delivery delivery = house.callbacks().list(new Delivery.Query(null, job, null, null, 5)).get(0);
    assertThat(house.callbacks().redeliver(delivery.id())).isTrue();
    awaitReceived(2);
  }

  @Test
  void aBadCallbackIsRefusedAtTheSubmitAndNothingIsStored() {
    SubmitOutcome outcome =
        house
            .jobs()
            .submit(
                List.of(
                    new JobSpec(
                        null,
                        "shell",
                        List.of("true"),
                        null,
                        Map.of(),
                        List.of(),
                        null,
                        false,
                        true,
                        Duration.ofMinutes(1),
                        OnInterrupt.FAIL,
                        List.of(
                            new Target(
                                "http://169.254.169.254/", EventType.ENDS, Map.of(), List.of())))),
                "me",
                null);
    assertThat(outcome)
        .isInstanceOfSatisfying(
            SubmitOutcome.Refused.class,
            refused ->
                assertThat(refused.violations())
                    .singleElement()
                    .satisfies(
                        violation -> {
                          assertThat(violation.field()).isEqualTo("callbacks[0].url");
                          assertThat(violation.detail()).contains("metadata");
                        }));
    assertThat(database.value("SELECT count(*) FROM job")).isEqualTo("0");
  }
}
