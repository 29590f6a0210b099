package io.holdfast.repositories;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repositories.LockVerdict.Kind;
import io.holdfast.testing.TestClock;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every evidence by every age, and every row that cannot be true. */
class LockVerdictTest {

  private static final Instant NOW = TestClock.START;
  private static final LockFacts.HolderJob HOLDER = new LockFacts.HolderJob(true, 2, true, false);

  private static RepositoryLock lock(
      int attempt, RepositoryLock.Operation operation, Instant acquired, Instant lease) {
    return new RepositoryLock(
        new RepositoryName("alpha"),
        new UUID(0, 1),
        attempt,
        operation,
        new UUID(0, 2),
        7,
        acquired,
        lease,
        "node-1",
        1,
        4711,
        99);
  }

  private static RepositoryLock renewed(long secondsAgo) {
    Instant renewed = NOW.minusSeconds(secondsAgo);
    return lock(
        2,
        RepositoryLock.Operation.PREPARE,
        renewed.isAfter(NOW) ? NOW : renewed,
        renewed.plus(RepositoryLock.LEASE));
  }

  private static Kind verdict(LockFacts facts, HolderEvidence.Proof proof) {
    return LockVerdict.decide(facts, new HolderEvidence(proof, "seen"), NOW).kind();
  }

  @ParameterizedTest(name = "{0}, renewed {1} s ago -> {2}")
  @CsvSource({
    "LIVES, 0, KEEP",
    "LIVES, 599, KEEP",
    "LIVES, 600, KEEP",
    "LIVES, 900, KEEP",
    "LIVES, 31536000, KEEP",
    "LIVES, -1, KEEP_SKEWED",
    "GONE, 0, FREE",
    "GONE, 599, FREE",
    "GONE, 600, FREE",
    "GONE, -1, FREE",
    "UNPROVED, 0, KEEP",
    "UNPROVED, 599, KEEP",
    "UNPROVED, 600, RECLAIM",
    "UNPROVED, 601, RECLAIM",
    "UNPROVED, -1, KEEP_SKEWED"
  })
  void evidenceComesBeforeAge(HolderEvidence.Proof proof, long secondsAgo, Kind expected) {
    assertThat(verdict(new LockFacts(renewed(secondsAgo), true, HOLDER), proof))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "held {0}, job at attempt {1} -> {2}")
  @CsvSource({"true, 2, KEEP", "false, 2, FREE", "true, 3, FREE", "false, 3, FREE"})
  void anAttemptThatIsOverHoldsNothingWhateverLives(boolean held, int attempt, Kind expected) {
    LockFacts facts =
        new LockFacts(renewed(0), true, new LockFacts.HolderJob(held, attempt, true, false));
    assertThat(verdict(facts, HolderEvidence.Proof.LIVES)).isEqualTo(expected);
  }

  @Test
  void anAcquisitionInTheFutureIsSkew() {
    RepositoryLock future =
        lock(
            2,
            RepositoryLock.Operation.PREPARE,
            NOW.plusSeconds(5),
            NOW.plusSeconds(5).plus(RepositoryLock.LEASE));
    assertThat(verdict(new LockFacts(future, true, HOLDER), HolderEvidence.Proof.UNPROVED))
        .isEqualTo(Kind.KEEP_SKEWED);
  }

  @Test
  void aRowThatContradictsTheOthersIsLeftAlone() {
    RepositoryLock lock = renewed(0);
    contradicts(new LockFacts(lock, true, null), "does not exist");
    contradicts(new LockFacts(lock, false, HOLDER), "not registered");
    contradicts(
        new LockFacts(lock, true, new LockFacts.HolderJob(true, 2, false, false)),
        "does not use it");
    contradicts(
        new LockFacts(lock, true, new LockFacts.HolderJob(true, 1, true, false)),
        "at attempt 2, which is at attempt 1");
    contradicts(
        new LockFacts(
            lock(2, RepositoryLock.Operation.JOB, NOW, NOW.plus(RepositoryLock.LEASE)),
            true,
            HOLDER),
        "not exclusive");
    contradicts(
        new LockFacts(
            lock(2, RepositoryLock.Operation.PREPARE, NOW, NOW.minusSeconds(1)), true, HOLDER),
        "after its lease's end");
  }

  private static void contradicts(LockFacts facts, String reason) {
    for (HolderEvidence.Proof proof : HolderEvidence.Proof.values()) {
      LockVerdict verdict = LockVerdict.decide(facts, new HolderEvidence(proof, "seen"), NOW);
      assertThat(verdict.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(verdict.why()).contains(reason);
    }
  }

  @Test
  void aLockForTheWholeJobOfAnExclusiveOneIsSound() {
    LockFacts.HolderJob exclusive = new LockFacts.HolderJob(true, 2, true, true);
    LockFacts facts =
        new LockFacts(
            lock(2, RepositoryLock.Operation.JOB, NOW, NOW.plus(RepositoryLock.LEASE)),
            true,
            exclusive);
    assertThat(facts.contradiction()).isEmpty();
    assertThat(verdict(facts, HolderEvidence.Proof.LIVES)).isEqualTo(Kind.KEEP);
  }
}
