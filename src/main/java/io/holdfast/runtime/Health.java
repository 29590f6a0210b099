package io.holdfast.runtime;

import io.holdfast.recovery.Readiness;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.TransactionalException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Health: alive as long as this answers; ready when the recovery is done and the database answers.
 */
@ApplicationScoped
@SuppressWarnings("NullAway.Init") // filled by CDI
public class Health {

  @Inject private Server server;

  @Produces
  @Liveness
  HealthCheck live() {
    return () -> HealthCheckResponse.up("holdfast-live");
  }

  @Produces
  @org.eclipse.microprofile.health.Readiness
  HealthCheck ready() {
    return () -> {
      Readiness readiness = server.house().readiness();
      boolean recovered = readiness.isReady();
      String status = readiness.status().text();
      boolean up = recovered && databaseAnswers();
      return HealthCheckResponse.named("holdfast-ready")
          .status(up)
          .withData("status", recovered && !up ? "the database does not answer" : status)
          .build();
    };
  }

  private boolean databaseAnswers() {
    try {
      server.ping();
      return true;
    } catch (PersistenceException | TransactionalException | IllegalStateException e) {
      return false;
    }
  }
}
