package io.holdfast.repositories;

/** This life of the node is over: nothing was granted or released. */
public final class StaleEpoch extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StaleEpoch(String node, long epoch) {
    super("epoch " + epoch + " of node " + node + " is over");
  }
}
