package io.holdfast.repositories.store;

/** The statements of the granter. Behind {@link #TURN} none of them meets another writer. */
final class LockSql {

  private LockSql() {}

  static final String TICKET =
      " %1$s.job_id, %1$s.repository, %1$s.seq, %1$s.whole, %1$s.branch, %1$s.state, %1$s.since,"
          + " %1$s.batch_id, %1$s.attempt, %1$s.fence ";

  static final String LOCK =
      " %1$s.repository, %1$s.job_id, %1$s.attempt, %1$s.operation, %1$s.operation_id, %1$s.fence,"
          + " %1$s.acquired_at, %1$s.lease_until, %1$s.node_id, %1$s.node_epoch, %1$s.pid,"
          + " %1$s.start_ticks ";

  static final String BATCH =
      " %1$s.id, %1$s.repository, %1$s.branch, %1$s.node_id, %1$s.leader, %1$s.phase,"
          + " %1$s.prepared_commit, %1$s.reason, %1$s.members, %1$s.created_at, %1$s.fetched_at,"
          + " %1$s.ended_at ";

  /**
   * The turn, if this life of the node is not over. A statement of its own: those that come after
   * it see all that the transaction before committed. FOR SHARE reads the node's row as it is after
   * the wait, and lets its next life begin after this transaction, not within it. The key is
   * "holdfast" in ASCII.
   */
  static final String TURN =
      """
      WITH turn AS MATERIALIZED (SELECT 1 AS taken FROM pg_advisory_xact_lock(7525762024837542772))
      SELECT n.epoch FROM turn, node n WHERE n.id = :node AND n.epoch = :epoch FOR SHARE OF n
      """;

  /** Each part is one row of an index, however long the line is. */
  static final String SITUATIONS =
      "SELECT n.name,"
          + TICKET.formatted("o")
          + ","
          + LOCK.formatted("l")
          + ","
          + BATCH.formatted("b")
          + ","
          + TICKET.formatted("f")
          + ","
          + TICKET.formatted("x")
          + """
            FROM unnest(CAST(:names AS text[])) WITH ORDINALITY AS n (name, place)
            LEFT JOIN repository_ticket o ON o.repository = n.name AND o.job_id = CAST(:job AS uuid)
            LEFT JOIN repository_lock l ON l.repository = n.name
            LEFT JOIN batch b ON b.repository = n.name AND b.phase IN ('FETCHING', 'PREPARED')
            LEFT JOIN LATERAL (SELECT * FROM repository_ticket t
              WHERE t.repository = n.name AND t.seq < :before AND t.state <> 'HOLDS'
              ORDER BY t.seq LIMIT 1) f ON true
            LEFT JOIN LATERAL (SELECT * FROM repository_ticket t
              WHERE t.repository = n.name AND t.seq < :before AND t.state <> 'HOLDS' AND t.batch_id IS NULL
              ORDER BY t.seq LIMIT 1) x ON true
            ORDER BY n.place
            """;

  static final String OUTSIDERS =
      "SELECT"
          + TICKET.formatted("x")
          + """
            FROM unnest(CAST(:names AS text[])) AS n (name)
            CROSS JOIN LATERAL (SELECT * FROM repository_ticket t
              WHERE t.repository = n.name AND t.state <> 'HOLDS' AND t.batch_id IS NULL
              ORDER BY t.seq LIMIT :limit) x
            ORDER BY x.repository, x.seq
            """;

  static final String TICKETS =
      "SELECT"
          + TICKET.formatted("t")
          + "FROM repository_ticket t WHERE t.job_id = :job ORDER BY t.repository";

  static final String PUT_TICKET =
      """
      INSERT INTO repository_ticket (job_id, repository, seq, whole, branch, state, since, batch_id, attempt, fence)
      VALUES (:job, :repository, :seq, :whole, CAST(:branch AS text), :state, :since, CAST(:batch AS uuid),
        CAST(:attempt AS integer), CAST(:fence AS bigint))
      ON CONFLICT (job_id, repository) DO UPDATE SET seq = excluded.seq, whole = excluded.whole,
        branch = excluded.branch, state = excluded.state, since = excluded.since, batch_id = excluded.batch_id,
        attempt = excluded.attempt, fence = excluded.fence
      """;

  static final String REMOVE_TICKETS = "DELETE FROM repository_ticket WHERE job_id = :job";

  static final String CALL =
      """
      WITH called AS (
        UPDATE repository_ticket SET state = 'CALLED'
        WHERE job_id = ANY(:jobs) AND state IN ('WAITING', 'BATCHED') RETURNING job_id, seq
      )
      SELECT DISTINCT seq, job_id FROM called ORDER BY seq
      """;

  static final String CALL_MEMBERS =
      """
      WITH called AS (
        UPDATE repository_ticket SET state = 'CALLED' WHERE batch_id = :batch AND state = :from RETURNING job_id, seq
      )
      SELECT seq, job_id FROM called ORDER BY seq
      """;

  static final String FIRST_MEMBER =
      "SELECT"
          + TICKET.formatted("t")
          + """
            FROM repository_ticket t
            WHERE t.batch_id = :batch AND (CAST(:state AS text) IS NULL OR t.state = CAST(:state AS text))
            ORDER BY t.seq LIMIT 1
            """;

  static final String REMOVE_MEMBERS =
      """
      WITH removed AS (
        DELETE FROM repository_ticket WHERE batch_id = :batch AND state = :state RETURNING job_id, seq
      )
      SELECT seq, job_id FROM removed ORDER BY seq
      """;

  static final String DISBAND =
      "UPDATE repository_ticket SET batch_id = NULL WHERE batch_id = :batch";

  /** The primary key refuses a second lock; the sequence never gives a fence twice. */
  static final String ACQUIRE =
      """
      INSERT INTO repository_lock (repository, job_id, attempt, operation, operation_id, fence, acquired_at,
        lease_until, node_id, node_epoch, pid, start_ticks)
      SELECT name, :job, :attempt, :operation, :operationId, nextval('repository_fence'), :at, :lease, :node, :epoch,
        :pid, :ticks
      FROM unnest(CAST(:names AS text[])) AS name
      RETURNING repository, fence
      """;

  static final String LOCK_OF_REPOSITORY =
      "SELECT" + LOCK.formatted("l") + "FROM repository_lock l WHERE l.repository = :repository";

  static final String LOCKS_OF_JOB =
      "SELECT"
          + LOCK.formatted("l")
          + "FROM repository_lock l WHERE l.job_id = :job ORDER BY l.repository";

  static final String HAND_OVER =
      """
      UPDATE repository_lock SET job_id = :job, attempt = :attempt WHERE repository = :repository AND fence = :fence
      """;

  static final String TAKE_OVER =
      """
      UPDATE repository_lock l SET node_id = :node, node_epoch = :epoch, pid = :pid, start_ticks = :ticks,
        lease_until = :lease
      FROM unnest(CAST(:names AS text[]), CAST(:fences AS bigint[])) AS kept (name, fence)
      WHERE l.repository = kept.name AND l.fence = kept.fence
      """;

  static final String FREE =
      "DELETE FROM repository_lock WHERE repository = :repository AND fence = :fence";

  static final String HOLDS =
      """
      SELECT count(*) FROM repository_ticket t JOIN repository_lock l ON l.repository = t.repository AND l.fence = t.fence
      WHERE t.job_id = :job AND t.attempt = :attempt AND t.state = 'HOLDS' AND l.fence = :fence
        AND l.node_id = :node AND l.node_epoch = :epoch
        AND EXISTS (SELECT 1 FROM node WHERE id = :node AND epoch = :epoch)
      """;

  static final String RENEW =
      "UPDATE repository_lock SET lease_until = :lease WHERE node_id = :node AND node_epoch = :epoch";

  static final String BATCH_BY_ID =
      "SELECT" + BATCH.formatted("b") + "FROM batch b WHERE b.id = :id";

  static final String PUT_BATCH =
      """
      INSERT INTO batch (id, repository, branch, node_id, leader, phase, prepared_commit, reason, members, created_at,
        fetched_at, ended_at)
      VALUES (:id, :repository, CAST(:branch AS text), :node, :leader, :phase, CAST(:commit AS text),
        CAST(:reason AS text), :members, :createdAt, CAST(:fetchedAt AS timestamptz), CAST(:endedAt AS timestamptz))
      ON CONFLICT (id) DO UPDATE SET leader = excluded.leader, phase = excluded.phase,
        prepared_commit = excluded.prepared_commit, reason = excluded.reason, members = excluded.members,
        fetched_at = excluded.fetched_at, ended_at = excluded.ended_at
      """;

  static final String FACTS =
      "SELECT"
          + LOCK.formatted("l")
          + """
            , r.name IS NOT NULL, j.attempt, j.state IN ('PREPARING', 'LAUNCHING', 'RUNNING'),
              l.repository = ANY(j.repositories), j.exclusive
            FROM repository_lock l
            LEFT JOIN repository r ON r.name = l.repository
            LEFT JOIN job j ON j.id = l.job_id
            WHERE CAST(:repository AS text) IS NULL OR l.repository = CAST(:repository AS text)
            ORDER BY l.repository
            """;

  static final String SUSPEND_HOLDERS =
      """
      UPDATE repository_ticket SET state = 'CALLED', attempt = NULL, fence = NULL
      WHERE repository = :repository AND fence = :fence
      """;

  /** Job by job through the primary key: never a scan of a million ended ones. */
  static final String REMOVE_OVER =
      """
      DELETE FROM repository_ticket t
      WHERE (SELECT count(*) FROM job j WHERE j.id = t.job_id AND j.ended_at IS NULL AND j.state <> 'CREATED') = 0
      """;

  /** What a node holds is settled by the re-attachment. */
  static final String ALIGN =
      """
      UPDATE repository_ticket t
      SET state = CASE j.state WHEN 'QUEUED' THEN 'CALLED' ELSE j.state END, attempt = NULL, fence = NULL
      FROM job j
      WHERE j.id = t.job_id AND t.state <> CASE j.state WHEN 'QUEUED' THEN 'CALLED' ELSE j.state END
        AND (j.state IN ('QUEUED', 'WAITING') OR j.state = 'BATCHED' AND t.batch_id IS NOT NULL)
      """;

  static final String TICKETLESS =
      """
      SELECT j.seq, j.id FROM job j
      WHERE j.state IN ('WAITING', 'BATCHED') AND cardinality(j.repositories) <>
        (SELECT count(*) FROM repository_ticket t WHERE t.job_id = j.id AND t.state = j.state)
      ORDER BY j.seq
      """;

  static final String IN_LINE =
      "SELECT count(DISTINCT job_id) FROM repository_ticket WHERE state IN ('WAITING', 'BATCHED')";

  static final String FREE_LINES =
      """
      SELECT t.repository, count(*) FROM repository_ticket t
      WHERE t.state <> 'HOLDS' AND NOT EXISTS (SELECT 1 FROM repository_lock l WHERE l.repository = t.repository)
      GROUP BY t.repository ORDER BY t.repository
      """;

  static final String OPEN_BATCHES =
      "SELECT"
          + BATCH.formatted("b")
          + "FROM batch b WHERE b.phase IN ('FETCHING', 'PREPARED') ORDER BY b.repository";

  static final String REMOVE_STRAYS =
      """
      UPDATE repository_ticket t SET batch_id = NULL
      WHERE t.batch_id IS NOT NULL AND t.state <> 'BATCHED' AND NOT EXISTS (SELECT 1 FROM batch b
        WHERE b.id = t.batch_id AND b.repository = t.repository AND b.phase IN ('FETCHING', 'PREPARED'))
      """;

  static final String CALL_STRAYS =
      """
      WITH strays AS (
        UPDATE repository_ticket t SET batch_id = NULL, state = 'CALLED'
        WHERE t.state = 'BATCHED' AND NOT EXISTS (SELECT 1 FROM batch b
          WHERE b.id = t.batch_id AND b.repository = t.repository AND b.phase IN ('FETCHING', 'PREPARED'))
        RETURNING job_id, seq
      )
      SELECT seq, job_id FROM strays ORDER BY seq
      """;

  /** One pass over the lines concerned. Of a job's repositories, the first that it cannot have. */
  static final String STANDINGS =
      """
      WITH asked AS MATERIALIZED (
        SELECT t.job_id, t.repository, t.since, t.state FROM repository_ticket t
        WHERE t.job_id = ANY(:jobs) AND t.state IN ('WAITING', 'BATCHED')
      ), line AS (
        SELECT t.repository, t.job_id, row_number() OVER w AS position, first_value(t.job_id) OVER w AS head
        FROM repository_ticket t
        WHERE t.state <> 'HOLDS' AND t.repository IN (SELECT repository FROM asked)
        WINDOW w AS (PARTITION BY t.repository ORDER BY t.seq)
      )
      SELECT DISTINCT ON (a.job_id) a.job_id, a.repository, line.position, a.since, a.state, line.head, b.leader,
      """
          + LOCK.formatted("l")
          + """
            FROM asked a
            JOIN line ON line.repository = a.repository AND line.job_id = a.job_id
            LEFT JOIN repository_lock l ON l.repository = a.repository
            LEFT JOIN batch b ON b.repository = a.repository AND b.phase IN ('FETCHING', 'PREPARED')
            ORDER BY a.job_id, l.repository IS NULL AND line.position = 1, a.repository
            """;

  static final String LINE_LENGTH =
      "SELECT count(*) FROM repository_ticket WHERE repository = :repository AND state <> 'HOLDS'";

  /** Positions and heads are those of whole lines: a page begins with the line that it is in. */
  static final String PLACES =
      """
      SELECT p.seq, p.state, p.job_id, p.repository, p.position, p.since, p.state, p.head, b.leader,
      """
          + LOCK.formatted("l")
          + """
            FROM (SELECT t.*, row_number() OVER w AS position, first_value(t.job_id) OVER w AS head
              FROM repository_ticket t
              WHERE t.state <> 'HOLDS'
                AND (CAST(:repository AS text) IS NULL OR t.repository = CAST(:repository AS text))
                AND (CAST(:afterRepository AS text) IS NULL OR t.repository >= CAST(:afterRepository AS text))
              WINDOW w AS (PARTITION BY t.repository ORDER BY t.seq)) p
            LEFT JOIN repository_lock l ON l.repository = p.repository
            LEFT JOIN batch b ON b.repository = p.repository AND b.phase IN ('FETCHING', 'PREPARED')
            WHERE CAST(:afterRepository AS text) IS NULL
              OR (p.repository, p.seq) > (CAST(:afterRepository AS text), CAST(:afterSeq AS bigint))
            ORDER BY p.repository, p.seq LIMIT :limit
            """;

  static final String OPEN_BATCH =
      "SELECT"
          + BATCH.formatted("b")
          + "FROM batch b WHERE b.repository = :repository AND b.phase IN ('FETCHING', 'PREPARED')";

  static final String LOCKS =
      "SELECT"
          + LOCK.formatted("l")
          + """
            FROM repository_lock l
            WHERE (CAST(:repository AS text) IS NULL OR l.repository = CAST(:repository AS text))
              AND (CAST(:node AS text) IS NULL OR l.node_id = CAST(:node AS text))
              AND (CAST(:after AS text) IS NULL OR l.repository > CAST(:after AS text))
            ORDER BY l.repository LIMIT :limit
            """;

  static final String BATCHES =
      "SELECT"
          + BATCH.formatted("b")
          + """
            FROM batch b
            WHERE (CAST(:repository AS text) IS NULL OR b.repository = CAST(:repository AS text))
              AND (CAST(:phase AS text) IS NULL OR b.phase = CAST(:phase AS text))
              AND (CAST(:createdAt AS timestamptz) IS NULL
                OR (b.created_at, b.id) < (CAST(:createdAt AS timestamptz), CAST(:id AS uuid)))
            ORDER BY b.created_at DESC, b.id DESC LIMIT :limit
            """;
}
