package io.holdfast.runtime;

import io.holdfast.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.function.Supplier;

/** The server's transactions. */
@ApplicationScoped
public class JtaTransactions implements Transactions {

  @Override
  @Transactional(value = TxType.REQUIRES_NEW, rollbackOn = Throwable.class)
  public <T> T call(Supplier<T> work) {
    return work.get();
  }
}
