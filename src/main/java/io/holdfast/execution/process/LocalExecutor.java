package io.holdfast.execution.process;

import io.holdfast.execution.*;
import io.holdfast.platform.DurableFiles;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.*;
import java.util.*;

public final class LocalExecutor implements Executor {
  public LocalExecutor(
      Path home, DurableFiles files, InstantSource clock, ExecutionSettings settings) {}

  @Override
  public void prepare(Handle handle, LaunchSpec spec) {}

  @Override
  public Submission submit(Handle handle) {
    return Submission.UNKNOWN;
  }

  @Override
  public boolean exists(AttemptKey key) {
    return false;
  }

  @Override
  public boolean revoke(Handle handle) {
    return true;
  }

  @Override
  public Observation observe(Handle handle) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long outputSize(Handle handle) {
    return 0;
  }

  @Override
  public Optional<SeekableByteChannel> openOutput(Handle handle) {
    return Optional.empty();
  }

  @Override
  public void cancel(Handle handle, Duration sinceRequested, Duration grace) {}

  @Override
  public void acknowledge(Handle handle) {}

  @Override
  public void watch(Handle handle, Runnable hint) {}

  @Override
  public String bootId() {
    return "x";
  }
}
