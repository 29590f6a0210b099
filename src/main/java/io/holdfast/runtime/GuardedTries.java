package io.holdfast.runtime;

import io.holdfast.callbacks.Answer;
import io.holdfast.callbacks.TryGuard;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.faulttolerance.Bulkhead;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.eclipse.microprofile.faulttolerance.Timeout;

/**
 * Guards the sender as a whole, behind its own bounds: beyond the longest time-out that can be set
 * a try is interrupted; no more run than can be set; and when half of the last 20 could not be
 * tried through our own fault, none is for 5 s. {@code
 * io.holdfast.runtime.GuardedTries/call/Timeout/value} and its siblings change that, as
 * MicroProfile Fault Tolerance has it.
 */
@ApplicationScoped
public class GuardedTries implements TryGuard {

  @Override
  @Timeout(value = 11, unit = ChronoUnit.MINUTES)
  @Bulkhead(1000)
  @CircuitBreaker(
      requestVolumeThreshold = 20,
      failureRatio = 0.5,
      delay = 5,
      delayUnit = ChronoUnit.SECONDS,
      failOn = {RuntimeException.class, Error.class})
  public Answer call(Try one) throws InterruptedException {
    return one.send();
  }
}
