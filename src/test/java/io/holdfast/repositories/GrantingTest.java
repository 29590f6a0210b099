package io.holdfast.repositories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.testing.TestClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every lock, batch and line that a request can meet, by every kind of use. */
class GrantingTest {

  private static final Instant NOW = TestClock.START;
  private static final RepositoryName ALPHA = new RepositoryName("alpha");
  private static final RepositoryName BETA = new RepositoryName("beta");
  private static final UUID ME = new UUID(0, 1);
  private static final UUID OTHER = new UUID(0, 2);
  private static final UUID BATCH = new UUID(0, 3);

  private static Use use(boolean exclusive, RepositoryName... names) {
    return new Use(ME, 10, 1, List.of(names), null, exclusive);
  }

  private static Ticket ticket(UUID job, long seq, @Nullable UUID batch) {
    return new Ticket(job, ALPHA, seq, false, null, Ticket.State.CALLED, NOW, batch, null, null);
  }

  private static RepositoryLock lock(UUID operation) {
    return new RepositoryLock(
        ALPHA,
        OTHER,
        1,
        RepositoryLock.Operation.PREPARE,
        operation,
        7,
        NOW,
        NOW.plus(RepositoryLock.LEASE),
        "node-1",
        1,
        4711,
        99);
  }

  private static Batch batch(UUID leader, Batch.Phase phase, long fetchedSecondsAgo) {
    Batch fetching =
        new Batch(
            BATCH,
            ALPHA,
            null,
            "node-1",
            leader,
            Batch.Phase.FETCHING,
            null,
            null,
            1,
            NOW,
            null,
            null);
    return phase == Batch.Phase.FETCHING
        ? fetching
        : fetching.prepared("c0ffee", NOW.minusSeconds(fetchedSecondsAgo));
  }

  private static String decide(Use use, Situation... situations) {
    Decision decision = Granting.decide(use, List.of(situations), "node-1", NOW);
    return decision.getClass().getSimpleName();
  }

  @ParameterizedTest(name = "lock {0}, line {1} -> {2}")
  @CsvSource({
    "none, empty, Take",
    "none, somebody, Wait",
    "none, member, Wait",
    "other, empty, Wait",
    "other, somebody, Wait"
  })
  void anExclusiveUseNeedsAFreeRepository(String lock, String line, String expected) {
    Situation found =
        new Situation(
            ALPHA,
            null,
            lock.equals("none") ? null : lock(OTHER),
            null,
            line.equals("empty") ? null : ticket(OTHER, 5, line.equals("member") ? BATCH : null),
            null);
    assertThat(decide(use(true, ALPHA), found)).isEqualTo(expected);
  }

  @Test
  void oneTakenRepositoryOfTwoIsNone() {
    Situation free = new Situation(ALPHA, null, null, null, null, null);
    Situation taken = new Situation(BETA, null, null, null, ticket(OTHER, 5, null), null);
    assertThat(decide(use(false, ALPHA, BETA), free, free)).isEqualTo("Take");
    assertThat(decide(use(false, ALPHA, BETA), free, taken)).isEqualTo("Wait");
    assertThat(decide(use(false, ALPHA, BETA), taken, free)).isEqualTo("Wait");
  }

  @ParameterizedTest(name = "lock {0}, line {1} -> {2}")
  @CsvSource({"none, empty, Lead", "none, somebody, Wait", "other, empty, Wait"})
  void withoutABatchTheFirstLeadsOne(String lock, String line, String expected) {
    Ticket before = line.equals("empty") ? null : ticket(OTHER, 5, null);
    Situation found =
        new Situation(ALPHA, null, lock.equals("none") ? null : lock(OTHER), null, before, before);
    assertThat(decide(use(false, ALPHA), found)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "member, {0}, leads {1}, lock {2} -> {3}")
  @CsvSource({
    "FETCHING, true, none, Lead",
    "FETCHING, true, other, Wait",
    "FETCHING, false, none, Follow",
    "FETCHING, false, batch, Follow",
    "FETCHING, false, other, Wait",
    "PREPARED, true, none, Copy",
    "PREPARED, true, batch, Copy",
    "PREPARED, false, none, Copy",
    "PREPARED, false, batch, Copy",
    "PREPARED, false, other, Wait"
  })
  void aMemberGoesOnWhateverStandsBeforeIt(
      Batch.Phase phase, boolean leads, String lock, String expected) {
    RepositoryLock held =
        switch (lock) {
          case "none" -> null;
          case "batch" -> lock(BATCH);
          default -> lock(OTHER);
        };
    Ticket before = ticket(OTHER, 5, null);
    Situation found =
        new Situation(
            ALPHA,
            ticket(ME, 10, BATCH),
            held,
            batch(leads ? ME : OTHER, phase, 1000),
            before,
            before);
    assertThat(decide(use(false, ALPHA), found)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} {1} s ago, branch {2}, node {3}, line {4} -> {5}")
  @CsvSource({
    "FETCHING, 0, main, node-1, empty, Follow",
    "FETCHING, 0, main, node-1, members, Follow",
    "FETCHING, 0, main, node-1, somebody, Wait",
    "FETCHING, 0, next, node-1, empty, Wait",
    "FETCHING, 0, main, node-2, empty, Wait",
    "PREPARED, 0, main, node-1, empty, Copy",
    "PREPARED, 10, main, node-1, members, Copy",
    "PREPARED, 11, main, node-1, empty, Wait",
    "PREPARED, 0, main, node-1, somebody, Wait",
    "PREPARED, 0, next, node-1, empty, Wait",
    "PREPARED, 0, main, node-2, empty, Wait"
  })
  void whoMayJoinABatch(
      Batch.Phase phase, long age, String branch, String node, String line, String expected) {
    Use use =
        new Use(
            ME,
            10,
            1,
            List.of(ALPHA),
            branch.equals("main") ? null : new BranchName(branch),
            false);
    boolean outsider = line.equals("somebody");
    Ticket before = line.equals("empty") ? null : ticket(OTHER, 5, outsider ? null : BATCH);
    Situation found =
        new Situation(
            ALPHA, null, lock(BATCH), batch(OTHER, phase, age), before, outsider ? before : null);
    assertThat(Granting.decide(use, List.of(found), node, NOW).getClass().getSimpleName())
        .isEqualTo(expected);
  }

  @Test
  void nobodyJoinsABatchWhileAnotherUseHasItsRepository() {
    Situation found =
        new Situation(ALPHA, null, lock(OTHER), batch(OTHER, Batch.Phase.FETCHING, 0), null, null);
    assertThat(decide(use(false, ALPHA), found)).isEqualTo("Wait");
  }

  @Test
  void aPartyEndsBeforeAnotherBranchAndBeforeAWholeUse() {
    Ticket one = ticket(ME, 1, null);
    Ticket two = ticket(OTHER, 2, null);
    Ticket next =
        new Ticket(
            OTHER,
            ALPHA,
            3,
            false,
            new BranchName("next"),
            Ticket.State.WAITING,
            NOW,
            null,
            null,
            null);
    Ticket whole =
        new Ticket(OTHER, ALPHA, 3, true, null, Ticket.State.WAITING, NOW, null, null, null);
    assertThat(Granting.party(List.of(one, two, next))).containsExactly(one, two);
    assertThat(Granting.party(List.of(one, two, whole))).containsExactly(one, two);
    assertThat(Granting.party(List.of(next, one))).containsExactly(next);
  }

  @Test
  void theBlockerIsTheHolderElseTheHeadElseTheBatch() {
    Ticket first = ticket(OTHER, 5, null);
    Batch open = batch(OTHER, Batch.Phase.FETCHING, 0);
    List<String> reasons = new ArrayList<>();
    reasons.add(new Situation(ALPHA, null, lock(BATCH), open, first, first).blocker().why());
    reasons.add(new Situation(ALPHA, null, null, open, first, first).blocker().why());
    reasons.add(new Situation(ALPHA, null, null, open, null, null).blocker().why());
    assertThat(reasons)
        .containsExactly(
            "locked by job " + OTHER + " while it is prepared",
            "reserved for job " + OTHER + ", which is next",
            "job " + OTHER + " prepares it for its batch");
    assertThatThrownBy(() -> new Situation(ALPHA, null, null, null, null, null).blocker())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatAStandingSaysOfTheBlocker() {
    assertThat(Blocker.ofStanding(ME, ALPHA, true, lock(BATCH), OTHER, OTHER))
        .isEqualTo(Blocker.preparedFor(ALPHA, OTHER));
    assertThat(Blocker.ofStanding(ME, ALPHA, false, lock(BATCH), OTHER, OTHER))
        .hasToString("alpha: locked by job " + OTHER + " while it is prepared");
    assertThat(Blocker.ofStanding(ME, ALPHA, false, null, OTHER, null))
        .isEqualTo(Blocker.reservedFor(ALPHA, OTHER));
    assertThat(Blocker.ofStanding(ME, ALPHA, false, null, ME, OTHER))
        .isEqualTo(Blocker.preparedFor(ALPHA, OTHER));
    assertThat(Blocker.ofStanding(ME, ALPHA, false, null, ME, null)).isNull();
  }

  @Test
  void aUseNamesNoRepositoryTwice() {
    assertThatThrownBy(() -> use(false, ALPHA, ALPHA)).hasMessageContaining("twice");
  }
}
