package io.holdfast.repositories;

/** Carries calls to remotes out, and tries those again that did not reach theirs. */
@FunctionalInterface
public interface Remote {

  /** A call; it may be repeated. */
  @FunctionalInterface
  interface Call {
    void run() throws GitFailed, InterruptedException;
  }

  /**
   * Returns when the call has succeeded.
   *
   * @throws GitUnreachable if the remote was away each time
   * @throws GitFailed at once if another try would not help
   */
  void call(Call call) throws GitFailed, InterruptedException;
}
