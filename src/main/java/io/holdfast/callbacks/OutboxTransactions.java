package io.holdfast.callbacks;

import io.holdfast.platform.Transactions;
import java.util.function.Supplier;

/**
 * Transactions that wake the sender right after their commit, if anything came into the outbox. A
 * wake-up that a crash swallows is only late: the sender also looks by itself.
 */
public final class OutboxTransactions implements Transactions {

  private final Transactions transactions;
  private final Runnable wake;

  @SuppressWarnings("ThreadLocalUsage") // of one server, which has one of these
  private final ThreadLocal<Boolean> filled = ThreadLocal.withInitial(() -> false);

  public OutboxTransactions(Transactions transactions, Runnable wake) {
    this.transactions = transactions;
    this.wake = wake;
  }

  /** Something came into the outbox in the transaction of this thread. */
  public void filled() {
    filled.set(true);
  }

  @Override
  public <T> T call(Supplier<T> work) {
    boolean outer = filled.get();
    filled.set(false);
    try {
      T result = transactions.call(work);
      if (filled.get()) {
        wake.run();
      }
      return result;
    } finally {
      if (outer) {
        filled.set(true);
      } else {
        filled.remove();
      }
    }
  }
}
