package io.holdfast.callbacks.store;

import io.holdfast.callbacks.JobChange;
import io.holdfast.callbacks.Outbox;
import io.holdfast.callbacks.Target;
import io.holdfast.callbacks.TargetRules;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.UUID;

/** {@link Outbox} on PostgreSQL. */
public final class JpaOutbox implements Outbox {

  private final EntityManager manager;
  private final String links;
  private final Runnable filled;

  /**
   * @param links what the links in a payload begin with
   * @param filled told when the transaction of this thread has put something in
   */
  public JpaOutbox(EntityManager manager, String links, Runnable filled) {
    this.manager = manager;
    this.links = links;
    this.filled = filled;
  }

  @Override
  public void subscribe(UUID job, List<Target> targets) {
    for (int i = 0; i < targets.size(); i++) {
      Target target = targets.get(i);
      manager
          .createNativeQuery(CallbackSql.SUBSCRIBE)
          .setParameter("job", job)
          .setParameter("position", i)
          .setParameter("lane", TargetRules.lane(target.url()))
          .setParameter("url", target.url())
          .setParameter("events", target.events().toArray(String[]::new))
          .setParameter("headers", Payload.json(target.headers()))
          .setParameter("secrets", target.secrets().toArray(String[]::new))
          .executeUpdate();
    }
  }

  @Override
  public void changed(JobChange change) {
    Number written =
        (Number)
            manager
                .createNativeQuery(CallbackSql.TELL)
                .setParameter("job", change.job())
                .setParameter("attempt", change.attempt())
                .setParameter("event", change.event().wire())
                .setParameter("owner", change.owner())
                .setParameter("repositories", change.repositories().toArray(String[]::new))
                .setParameter("at", change.at())
                .setParameter("payload", Payload.of(change, links))
                .getSingleResult();
    if (written.longValue() > 0) {
      filled.run();
    }
  }
}
