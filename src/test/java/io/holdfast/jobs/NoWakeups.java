package io.holdfast.jobs;

import java.util.UUID;

/** For tests that move everything by hand. */
final class NoWakeups implements Wakeups {

  @Override
  public void queueGrew() {}

  @Override
  public void jobChanged(UUID job) {}
}
