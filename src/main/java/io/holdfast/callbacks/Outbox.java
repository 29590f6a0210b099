package io.holdfast.callbacks;

import java.util.List;
import java.util.UUID;

/**
 * Takes what is to be told, in the transaction of what it tells of: both are true or neither.
 * Whatever is taken is delivered at least once, whoever dies.
 */
public interface Outbox {

  /** Tells nobody. */
  Outbox SILENT =
      new Outbox() {
        @Override
        public void subscribe(UUID job, List<Target> targets) {}

        @Override
        public void changed(JobChange change) {}
      };

  /** Remembers the callbacks that came with a new job. */
  void subscribe(UUID job, List<Target> targets);

  /** One delivery for each who is to be told; none where it was taken before. */
  void changed(JobChange change);
}
