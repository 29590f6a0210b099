package io.holdfast.jobs;

import io.holdfast.platform.Transactions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lets jobs in, each request once. What was accepted is on disk. */
public final class Submissions {

  private final Transactions transactions;
  private final JobStore store;
  private final Admission admission;
  private final Function<Collection<String>, Set<String>> registered;
  private final InstantSource clock;
  private final Wakeups wakeups;

  /**
   * @param registered tells which of some repositories are registered, and keeps them so until the
   *     transaction ends
   */
  public Submissions(
      Transactions transactions,
      JobStore store,
      Admission admission,
      Function<Collection<String>, Set<String>> registered,
      InstantSource clock,
      Wakeups wakeups) {
    this.transactions = transactions;
    this.store = store;
    this.admission = admission;
    this.registered = registered;
    this.clock = clock;
    this.wakeups = wakeups;
  }

  /** All of the jobs or none, in the order given. */
  SubmitOutcome submit(List<JobSpec> specs, String owner, @Nullable IdempotencyKey key) {
    if (key != null) {
      Optional<SubmitOutcome> earlier = transactions.call(() -> replay(owner, key));
      if (earlier.isPresent()) {
        return earlier.get();
      }
    }
    for (int i = 0; i < specs.size(); i++) {
      List<Violation> violations = admission.check(specs.get(i));
      if (!violations.isEmpty()) {
        return new SubmitOutcome.Refused(i, violations);
      }
    }
    List<Job> jobs = specs.stream().map(spec -> newJob(spec, owner)).toList();
    SubmitOutcome outcome = transactions.call(() -> store(jobs, owner, key));
    if (outcome instanceof SubmitOutcome.Accepted
        && jobs.stream().anyMatch(job -> job.state() == JobState.QUEUED)) {
      wakeups.queueGrew();
    }
    return outcome;
  }

  private SubmitOutcome store(List<Job> jobs, String owner, @Nullable IdempotencyKey key) {
    for (int i = 0; i < jobs.size(); i++) {
      Optional<Violation> gone = removedMeanwhile(jobs.get(i).spec());
      if (gone.isPresent()) {
        return new SubmitOutcome.Refused(i, List.of(gone.get()));
      }
    }
    if (key != null) {
      IdempotentSubmit submit =
          new IdempotentSubmit(key.requestHash(), jobs.stream().map(Job::id).toList());
      if (!store.insertKey(
          owner, key.value(), submit, clock.instant().truncatedTo(ChronoUnit.MICROS))) {
        return replay(owner, key).orElseThrow();
      }
    }
    jobs.forEach(store::insert);
    return new SubmitOutcome.Accepted(jobs);
  }

  private Optional<SubmitOutcome> replay(String owner, IdempotencyKey key) {
    return store
        .findKey(owner, key.value())
        .map(
            earlier ->
                earlier.requestHash().equals(key.requestHash())
                    ? new SubmitOutcome.Replayed(
                        earlier.jobs().stream().map(store::find).flatMap(Optional::stream).toList())
                    : new SubmitOutcome.KeyReused());
  }

  private Job newJob(JobSpec spec, String owner) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return new Job(
        UUID.randomUUID(),
        spec,
        owner,
        spec.autoStart() ? JobState.QUEUED : JobState.CREATED,
        0,
        0,
        null,
        null,
        null,
        0,
        now,
        spec.autoStart() ? now : null,
        null,
        null,
        null,
        null);
  }

  /** A repository may have been removed since the job was checked. */
  private Optional<Violation> removedMeanwhile(JobSpec spec) {
    Set<String> found = registered.apply(spec.repositories());
    return spec.repositories().stream()
        .filter(name -> !found.contains(name))
        .findFirst()
        .map(NamedRepositories::unknown);
  }
}
