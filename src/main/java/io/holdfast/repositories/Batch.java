package io.holdfast.repositories;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One preparation of a repository that several jobs share: the leader fetches, all start from the
 * same commit. A repository has at most one open batch.
 *
 * @param node whose clone is fetched; members of other nodes cannot share it
 * @param leader fetches, or fetched
 * @param members how many ever joined, the leader included
 */
public record Batch(
    UUID id,
    RepositoryName repository,
    @Nullable BranchName branch,
    String node,
    UUID leader,
    Phase phase,
    @Nullable String preparedCommit,
    @Nullable String reason,
    int members,
    Instant createdAt,
    @Nullable Instant fetchedAt,
    @Nullable Instant endedAt) {

  /** How long after its fetch a batch takes new members: their commit is no older than this. */
  static final Duration JOINABLE = Duration.ofSeconds(10);

  /** Mirrored by a CHECK in the database. */
  public enum Phase {
    /** The leader fetches, or is to. */
    FETCHING,
    /** Fetched; members copy the commit. */
    PREPARED,
    /** The last member has left. */
    DISSOLVED,
    /** It could not be fetched. */
    FAILED
  }

  static Batch begun(Use use, String node, Instant now) {
    return new Batch(
        UUID.randomUUID(),
        use.repositories().get(0),
        use.branch(),
        node,
        use.job(),
        Phase.FETCHING,
        null,
        null,
        1,
        now,
        null,
        null);
  }

  public boolean isOpen() {
    return phase == Phase.FETCHING || phase == Phase.PREPARED;
  }

  /** Whether one that wants this branch may still share it; the node is another question. */
  boolean takes(@Nullable BranchName wanted, Instant now) {
    boolean young = fetchedAt == null || !now.isAfter(fetchedAt.plus(JOINABLE));
    return isOpen() && young && Objects.equals(branch, wanted);
  }

  Batch joined() {
    return with(leader, phase, preparedCommit, reason, members + 1, fetchedAt, endedAt);
  }

  Batch ledBy(UUID next) {
    return with(next, phase, preparedCommit, reason, members, fetchedAt, endedAt);
  }

  Batch prepared(String commit, Instant now) {
    return with(leader, Phase.PREPARED, commit, null, members, now, null);
  }

  Batch dissolved(Instant now) {
    return with(leader, Phase.DISSOLVED, preparedCommit, null, members, fetchedAt, now);
  }

  Batch failed(String why, Instant now) {
    return with(leader, Phase.FAILED, preparedCommit, why, members, fetchedAt, now);
  }

  private Batch with(
      UUID newLeader,
      Phase newPhase,
      @Nullable String commit,
      @Nullable String why,
      int joined,
      @Nullable Instant fetched,
      @Nullable Instant ended) {
    return new Batch(
        id,
        repository,
        branch,
        node,
        newLeader,
        newPhase,
        commit,
        why,
        joined,
        createdAt,
        fetched,
        ended);
  }
}
