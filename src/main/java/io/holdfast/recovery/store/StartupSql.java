package io.holdfast.recovery.store;

/** The statements of the startup log. */
final class StartupSql {

  private StartupSql() {}

  static final String NEXT_EPOCH =
      """
      INSERT INTO node AS n (id, host, epoch, boot_id, started_at, heartbeat_at)
      VALUES (:node, :host, 1, :bootId, :at, :at)
      ON CONFLICT (id) DO UPDATE SET host = excluded.host, epoch = n.epoch + 1, boot_id = excluded.boot_id,
        started_at = excluded.started_at, heartbeat_at = excluded.heartbeat_at
      RETURNING epoch
      """;

  static final String OPEN =
      """
      INSERT INTO startup_run (id, node_id, epoch, started_at, running, aborted_predecessor)
      VALUES (:id, :node, :epoch, :at, ARRAY['StartupDetection'], CAST(:aborted AS uuid))
      """;

  static final String PHASE_STARTED =
      """
      UPDATE startup_run SET running = array_append(
        array_remove(array_remove(running, 'StartupDetection'), CAST(:component AS text)), CAST(:component AS text))
      WHERE id = :id
      """;

  static final String PHASE_ENDED =
      "UPDATE startup_run SET running = array_remove(running, CAST(:component AS text)) WHERE id = :id";

  static final String OPERATION =
      """
      INSERT INTO startup_operation (run_id, component, operation, at, duration_ms, status, counts, errors)
      VALUES (:id, :component, :operation, :at, :duration, :status, :counts, :errors)
      """;

  static final String CLOSE =
      """
      UPDATE startup_run SET finished_at = :at, total_duration_ms = :total, degraded = :degraded, running = '{}'
      WHERE id = :id
      """;

  static final String LATEST =
      """
      SELECT r.id, r.started_at, r.total_duration_ms, r.running, r.degraded, a.id, a.started_at, a.running
      FROM startup_run r LEFT JOIN startup_run a ON a.id = r.aborted_predecessor
      WHERE r.node_id = :node ORDER BY r.epoch DESC LIMIT :count
      """;

  static final String OPERATIONS =
      """
      SELECT component, operation, at, duration_ms, status, counts, errors
      FROM startup_operation WHERE run_id = :id ORDER BY position
      """;

  static final String BEAT =
      "UPDATE node SET heartbeat_at = :at WHERE id = :node AND epoch = :epoch";
}
