package io.holdfast.platform;

/**
 * This server's name and the number of its current life. A node takes a new epoch at every start,
 * and whatever a former life still tries to write is refused by it.
 */
public final class NodeEpoch {

  private final String node;
  private volatile long epoch;

  public NodeEpoch(String node) {
    this.node = node;
  }

  public String node() {
    return node;
  }

  /** 0 before the first start-up transaction: matches no row. */
  public long value() {
    return epoch;
  }

  /** Called once per start, after the new epoch is committed. */
  public void begin(long newEpoch) {
    epoch = newEpoch;
  }
}
