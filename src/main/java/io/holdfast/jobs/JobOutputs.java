package io.holdfast.jobs;

import io.holdfast.execution.Executor;
import io.holdfast.execution.Handle;
import io.holdfast.platform.Transactions;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What jobs printed: for a running job the bytes so far, for every other its last attempt's.
 * Before, during and after a crash it is one stream of bytes, since it is read from the file that
 * the job writes.
 */
public final class JobOutputs {

  private final Transactions transactions;
  private final JobStore store;
  private final Executor executor;

  public JobOutputs(Transactions transactions, JobStore store, Executor executor) {
    this.transactions = transactions;
    this.store = store;
    this.executor = executor;
  }

  /** What one attempt printed. */
  public final class Output {
    private final Handle handle;

    private Output(Handle handle) {
      this.handle = handle;
    }

    public int attempt() {
      return handle.key().attempt();
    }

    public UUID session() {
      return handle.session();
    }

    /** Bytes so far. */
    public long size() {
      return executor.outputSize(handle);
    }

    /** From byte 0 on; empty if the attempt has no output file. */
    public Optional<SeekableByteChannel> open() throws IOException {
      return executor.openOutput(handle);
    }
  }

  /** Of the attempt named, else of the last that was launched. */
  public Optional<Output> of(UUID job, @Nullable Integer attempt) {
    return transactions.call(() -> store.launched(job, attempt)).map(Output::new);
  }

  /** Bytes so far of a job as it was read. */
  public long size(Job job) {
    return job.state() == JobState.RUNNING || job.state() == JobState.LAUNCHING
        ? of(job.id(), job.attempt()).map(Output::size).orElse(0L)
        : job.outputBytes();
  }
}
