package io.holdfast.jobs;

import java.util.UUID;

/**
 * Tells the loops, after a commit, that there is work. A lost wake-up costs a delay: slow polls
 * stand behind them.
 */
public interface Wakeups {

  /** A job was queued, or a slot became free. */
  void queueGrew();

  /** Something happened to a held job. */
  void jobChanged(UUID job);
}
