package io.holdfast.runtime;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Starts the server's life: the recovery first, beside the deployment so that health answers
 * meanwhile; the loops when it is done.
 */
@Singleton
@jakarta.ejb.Startup
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@SuppressWarnings("NullAway.Init") // filled by CDI
public class Startup {

  private static final Logger LOG = System.getLogger(Startup.class.getName());

  @Inject private Server server;

  @PostConstruct
  void start() {
    server.build();
    server.threads().execute(this::recoverAndRun);
  }

  private void recoverAndRun() {
    try {
      server.house().recovery().run();
      server.house().loops().forEach(server.threads()::execute);
      LOG.log(Level.INFO, "Holdfast takes work; home is {0}", server.house().home());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server stops
    }
  }

  @PreDestroy
  void stop() {
    server.stop();
  }
}
