package io.holdfast.repositories;

/**
 * What is known of a lock's holder beside the tables.
 *
 * @param why the facts in words
 */
public record HolderEvidence(Proof proof, String why) {

  /** What the facts prove. */
  public enum Proof {
    LIVES,
    GONE,
    /** Neither: another node's process, unreadable facts. */
    UNPROVED
  }
}
