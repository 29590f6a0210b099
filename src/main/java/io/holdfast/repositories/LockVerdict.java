package io.holdfast.repositories;

import java.time.Instant;

/**
 * What becomes of a lock that a start finds (spec, Story 4): evidence before age.
 *
 * @param why for the startup log
 */
public record LockVerdict(Kind kind, String why) {

  /** What to do. */
  public enum Kind {
    /** {@link LockRepair#keep}. */
    KEEP,
    /** {@link LockRepair#keep}, and warn: a clock was wrong. */
    KEEP_SKEWED,
    /** {@link LockRepair#free}. */
    FREE,
    /** Kill the holder's process group, confirm that it is dead, then {@link LockRepair#free}. */
    RECLAIM,
    /** The row stays as it is and keeps everybody out; the repository is unavailable. */
    UNAVAILABLE
  }

  /** A holder that is proved alive keeps its lock however old it is; one proved gone, never. */
  public static LockVerdict decide(LockFacts facts, HolderEvidence evidence, Instant now) {
    RepositoryLock lock = facts.lock();
    if (facts.contradiction().isPresent()) {
      return new LockVerdict(Kind.UNAVAILABLE, facts.contradiction().get());
    }
    if (!facts.attemptIsOpen()) {
      return new LockVerdict(Kind.FREE, "attempt " + lock.attempt() + " of its holder is over");
    }
    if (evidence.proof() == HolderEvidence.Proof.GONE) {
      return new LockVerdict(Kind.FREE, evidence.why());
    }
    if (isSkewed(lock, now)) {
      return new LockVerdict(
          Kind.KEEP_SKEWED,
          "acquired at "
              + lock.acquiredAt()
              + " and leased until "
              + lock.leaseUntil()
              + ", which lies too far in the future: a clock was wrong");
    }
    if (evidence.proof() == HolderEvidence.Proof.LIVES) {
      return new LockVerdict(Kind.KEEP, evidence.why());
    }
    return now.isBefore(lock.leaseUntil())
        ? new LockVerdict(Kind.KEEP, evidence.why() + "; leased until " + lock.leaseUntil())
        : new LockVerdict(
            Kind.RECLAIM, evidence.why() + "; its lease ended at " + lock.leaseUntil());
  }

  /** Later than anything that is ever given. */
  private static boolean isSkewed(RepositoryLock lock, Instant now) {
    return lock.leaseUntil().isAfter(now.plus(RepositoryLock.LEASE))
        || lock.acquiredAt().isAfter(now);
  }
}
