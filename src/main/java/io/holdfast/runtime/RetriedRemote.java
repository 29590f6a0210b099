package io.holdfast.runtime;

import io.holdfast.repositories.GitFailed;
import io.holdfast.repositories.GitUnreachable;
import io.holdfast.repositories.Remote;
import io.smallrye.faulttolerance.api.ExponentialBackoff;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.faulttolerance.Retry;

/**
 * Tries again after 1, 2, 4 and 8 s, each give or take a quarter of a second. On a server that does
 * not know this back-off the pauses are 1 s each. {@code
 * io.holdfast.runtime.RetriedRemote/call/Retry/maxRetries} and its siblings change that, as
 * MicroProfile Fault Tolerance has it.
 */
@ApplicationScoped
public class RetriedRemote implements Remote {

  @Override
  @Retry(
      maxRetries = 4,
      delay = 1,
      delayUnit = ChronoUnit.SECONDS,
      maxDuration = 0,
      jitter = 250,
      jitterDelayUnit = ChronoUnit.MILLIS,
      retryOn = GitUnreachable.class)
  @ExponentialBackoff
  public void call(Call call) throws GitFailed, InterruptedException {
    call.run();
  }
}
