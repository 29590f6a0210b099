package io.holdfast.recovery.store;

import io.holdfast.platform.NodeEpoch;
import io.holdfast.platform.Transactions;
import io.holdfast.recovery.NodeStatus;
import io.holdfast.recovery.Nodes;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link Nodes} on PostgreSQL. */
public final class JpaNodes implements Nodes {

  /** What is held is counted through an index of what is held. */
  private static final String NODES =
      """
      SELECT n.id, n.host, n.epoch, n.started_at, n.heartbeat_at,
        (SELECT count(*) FROM job j WHERE j.node_id = n.id AND j.state IN ('PREPARING', 'LAUNCHING', 'RUNNING')),
        (SELECT count(*) FROM repository_lock l WHERE l.node_id = n.id)
      FROM node n
      WHERE CAST(:after AS text) IS NULL OR n.id > CAST(:after AS text)
      ORDER BY n.id LIMIT :limit
      """;

  private final Transactions transactions;
  private final EntityManager manager;
  private final NodeEpoch epoch;

  public JpaNodes(Transactions transactions, EntityManager manager, NodeEpoch epoch) {
    this.transactions = transactions;
    this.manager = manager;
    this.epoch = epoch;
  }

  @Override
  public List<NodeStatus> list(@Nullable String after, int limit) {
    return transactions.call(() -> read(after, limit));
  }

  private List<NodeStatus> read(@Nullable String after, int limit) {
    List<NodeStatus> page = new ArrayList<>();
    for (Object found :
        manager
            .createNativeQuery(NODES)
            .setParameter("after", after)
            .setParameter("limit", limit)
            .getResultList()) {
      Object[] row = (Object[]) found;
      String id = (String) row[0];
      page.add(
          new NodeStatus(
              id,
              (String) row[1],
              ((Number) row[2]).longValue(),
              (Instant) row[3],
              (Instant) row[4],
              ((Number) row[5]).longValue(),
              ((Number) row[6]).longValue(),
              id.equals(epoch.node())));
    }
    return page;
  }
}
