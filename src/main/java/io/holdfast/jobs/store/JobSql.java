package io.holdfast.jobs.store;

/** The statements that claim, fence or lock. All others are JPQL. */
final class JobSql {

  private JobSql() {}

  static final String NEXT_SEQ = "SELECT nextval('job_seq')";

  static final String ENQUEUE =
      "INSERT INTO job_ready (seq, job_id) SELECT seq, id FROM job WHERE id = :id";

  /** Whether anyone may have to be told of a job. */
  private static final String TOLD = "has_callbacks OR EXISTS (SELECT 1 FROM callback_endpoint)";

  /** Of a new job that brings no callbacks: the queue is grown and asked in one statement. */
  static final String ENQUEUE_NEW = ENQUEUE + " RETURNING EXISTS (SELECT 1 FROM callback_endpoint)";

  /** Before the job's row is touched: the claim locks in the same order. */
  static final String DEQUEUE = "DELETE FROM job_ready WHERE job_id = :id";

  static final String FREE_SLOTS =
      """
      SELECT greatest(0, :slots - count(*)) FROM job
      WHERE node_id = :node AND state IN ('PREPARING', 'LAUNCHING', 'RUNNING')
      """;

  /**
   * SKIP LOCKED, so that nobody waits for a cancel that is under way; the node's row fences an
   * epoch that is over.
   */
  static final String HEAD =
      """
      SELECT j.id, j.attempt, j.version, r.seq, j.repositories, j.branch, j.exclusive
      FROM job_ready r JOIN job j ON j.id = r.job_id
      WHERE EXISTS (SELECT 1 FROM node WHERE id = :node AND epoch = :epoch)
      ORDER BY r.seq LIMIT :limit
      FOR UPDATE OF r SKIP LOCKED
      """;

  static final String TAKE =
      """
      WITH taken AS (
        DELETE FROM job_ready WHERE job_id = ANY(:jobs) RETURNING job_id
      ), claimed AS (
        UPDATE job j SET state = 'PREPARING', attempt = attempt + 1, version = version + 1,
          node_id = :node, node_epoch = :epoch, session_id = NULL
        FROM taken WHERE j.id = taken.job_id AND j.state = 'QUEUED'
        RETURNING j.id, j.attempt, j.seq
      ), attempts AS (
        INSERT INTO job_attempt (job_id, attempt, node_id, claimed_at)
        SELECT id, attempt, :node, :now FROM claimed
      ), events AS (
        INSERT INTO job_event (job_id, attempt, at, from_state, to_state)
        SELECT id, attempt, :now, 'QUEUED', 'PREPARING' FROM claimed
      )
      SELECT id FROM claimed ORDER BY seq
      """;

  /** Many at once: a release may call a long line. */
  static final String RECALL =
      """
      WITH waiting AS (
        SELECT id, state FROM job WHERE id = ANY(:jobs) AND state IN ('WAITING', 'BATCHED') FOR UPDATE
      ), recalled AS (
        UPDATE job j SET state = 'QUEUED', version = version + 1
        FROM waiting WHERE j.id = waiting.id
        RETURNING j.id, j.seq, j.attempt, waiting.state AS was
      ), events AS (
        INSERT INTO job_event (job_id, attempt, at, from_state, to_state, detail)
        SELECT id, attempt, :now, was, 'QUEUED', :why FROM recalled
      )
      INSERT INTO job_ready (seq, job_id) SELECT seq, id FROM recalled
      """;

  static final String JOINED = "UPDATE job SET batch_id = :batch WHERE id = :id";

  /**
   * Fenced by state, attempt, version and, where a node holds the job, by that node's epoch.
   * Returns what is told of it, so that a job of which nobody is told costs nothing more.
   */
  static final String TRANSITION =
      """
      UPDATE job SET
        state = :to,
        version = version + 1,
        seq = CASE WHEN :to <> 'QUEUED' OR :keepsPlace THEN seq ELSE nextval('job_seq') END,
        queued_at = CASE WHEN :to <> 'QUEUED' OR :keepsPlace THEN queued_at ELSE :at END,
        session_id = CASE WHEN :to = 'QUEUED' THEN NULL ELSE coalesce(CAST(:session AS uuid), session_id) END,
        started_at = CASE WHEN :to = 'QUEUED' THEN NULL
          ELSE coalesce(CAST(:startedAt AS timestamptz), started_at) END,
        deadline = CASE WHEN :to = 'QUEUED' THEN NULL ELSE coalesce(CAST(:deadline AS timestamptz), deadline) END,
        ended_at = CAST(:endedAt AS timestamptz),
        exit_code = CAST(:exitCode AS integer),
        reason = CASE WHEN :terminal THEN CAST(:detail AS text) END,
        output_bytes = coalesce(CAST(:outputBytes AS bigint), output_bytes),
        ending = CASE WHEN :to = 'QUEUED' THEN NULL ELSE ending END,
        ending_since = CASE WHEN :to = 'QUEUED' THEN NULL ELSE ending_since END,
        node_epoch = CASE WHEN :terminal OR :to = 'QUEUED' THEN NULL ELSE node_epoch END
      WHERE id = :id AND state = :from AND attempt = :attempt AND version = :version
        AND (node_epoch IS NULL OR node_epoch = :epoch)
      RETURNING (%s), owner, title, repositories, exit_code, reason
      """
          .formatted(TOLD);

  /** Of a job that a node holds: an attempt that ended is never written again. */
  static final String ATTEMPT =
      """
      UPDATE job_attempt SET
        session_id = coalesce(CAST(:session AS uuid), session_id),
        launch_token = coalesce(CAST(:token AS uuid), launch_token),
        boot_id = coalesce(CAST(:bootId AS text), boot_id),
        launched_at = CASE WHEN :to = 'LAUNCHING' THEN :at ELSE launched_at END,
        started_at = coalesce(CAST(:startedAt AS timestamptz), started_at),
        ended_at = CASE WHEN :to = 'QUEUED' THEN :at ELSE CAST(:endedAt AS timestamptz) END,
        outcome = CASE WHEN :terminal THEN :to WHEN :to = 'QUEUED' THEN 'NEVER_STARTED' END,
        exit_code = coalesce(CAST(:exitCode AS integer), exit_code),
        evidence = coalesce(CAST(:detail AS text), evidence),
        output_bytes = coalesce(CAST(:outputBytes AS bigint), output_bytes)
      WHERE job_id = :id AND attempt = :attempt AND ended_at IS NULL
      """;

  static final String EVENT =
      """
      INSERT INTO job_event (job_id, attempt, at, from_state, to_state, detail)
      VALUES (:id, :attempt, :at, CAST(:from AS text), :to, CAST(:detail AS text))
      """;

  static final String REMARK =
      """
      INSERT INTO job_event (job_id, attempt, at, from_state, to_state, detail)
      SELECT id, attempt, :at, state, state, :detail FROM job
      WHERE id = :id AND state = :state AND attempt = :attempt AND node_epoch = :epoch
      """;

  /** By the events, whose key has them in order: there is no other index on ends. */
  static final String LAST_ENDED =
      """
      SELECT a.* FROM (
        SELECT job_id, attempt FROM job_event
        WHERE from_state IN ('LAUNCHING', 'RUNNING') AND to_state NOT IN ('LAUNCHING', 'RUNNING')
        ORDER BY id DESC LIMIT :limit
      ) e JOIN job_attempt a ON a.job_id = e.job_id AND a.attempt = e.attempt
      WHERE a.node_id = :node AND a.session_id IS NOT NULL
      """;

  static final String SAMPLE =
      """
      INSERT INTO resource_sample (job_id, attempt, ended_at, outcome, cpu_seconds, peak_memory_bytes, duration_ms,
        queue_ms, concurrency)
      VALUES (:id, :attempt, :endedAt, :outcome, CAST(:cpuSeconds AS double precision),
        CAST(:peakMemory AS bigint), CAST(:duration AS bigint), :queueTime, :concurrency)
      """;

  static final String REQUEST_ENDING =
      """
      UPDATE job SET ending = :why, ending_since = :at, version = version + 1
      WHERE id = :id AND attempt = :attempt AND state IN ('PREPARING', 'LAUNCHING', 'RUNNING')
        AND ending IS NULL
      """;

  /** What is held is of this node, whichever of its lives claimed it. */
  static final String ADOPT =
      """
      UPDATE job SET node_epoch = :epoch, version = version + 1
      WHERE node_id = :node AND state IN ('PREPARING', 'LAUNCHING', 'RUNNING') AND node_epoch < :epoch
        AND EXISTS (SELECT 1 FROM node WHERE id = :node AND epoch = :epoch)
      """;

  static final String HELD =
      """
      SELECT j.id, j.state, j.attempt, j.version, a.session_id, a.launch_token, a.boot_id, j.on_interrupt,
        j.queued_at, a.launched_at, j.started_at, j.deadline, j.ending, j.ending_since,
        (SELECT count(*) FROM job r WHERE r.node_id = j.node_id AND r.state = 'RUNNING'),
        cardinality(j.repositories) > 0, j.exclusive
      FROM job j JOIN job_attempt a ON a.job_id = j.id AND a.attempt = j.attempt
      WHERE j.node_id = :node AND j.state IN ('PREPARING', 'LAUNCHING', 'RUNNING')
        AND (CAST(:id AS uuid) IS NULL OR j.id = CAST(:id AS uuid))
      ORDER BY j.seq
      """;

  static final String QUEUE_POSITIONS =
      """
      SELECT job_id, position
      FROM (SELECT job_id, row_number() OVER (ORDER BY seq) AS position FROM job_ready) AS queue
      WHERE job_id = ANY(:jobs)
      """;

  /**
   * Positions are those in the whole queue, whatever is left out. Each row of job is read by its
   * key, OFFSET 0 sees to that: the queue may be empty beside a million ended jobs, or long.
   */
  static final String QUEUE =
      """
      SELECT q.seq, q.position, j.id, j.title, j.owner, j.repositories, j.exclusive, j.attempt, j.queued_at
      FROM (SELECT seq, job_id, row_number() OVER (ORDER BY seq) AS position FROM job_ready) q
      CROSS JOIN LATERAL (SELECT * FROM job WHERE id = q.job_id OFFSET 0) j
      WHERE q.seq > :after
        AND (CAST(:repository AS text) IS NULL OR j.repositories @> ARRAY[CAST(:repository AS text)])
        AND (CAST(:owner AS text) IS NULL OR j.owner = CAST(:owner AS text))
      ORDER BY q.seq LIMIT :limit
      """;

  static final String MEMBERS =
      """
      SELECT seq, id, title, owner, state, attempt FROM job
      WHERE batch_id = :batch AND seq > :after ORDER BY seq LIMIT :limit
      """;

  /** One statement: a start waits for it, and its first one costs the most. */
  static final String CHECK_QUEUE =
      """
      WITH added AS (
        INSERT INTO job_ready (seq, job_id)
        SELECT j.seq, j.id FROM job j LEFT JOIN job_ready r ON r.job_id = j.id
        WHERE j.state = 'QUEUED' AND r.job_id IS NULL
        RETURNING job_id
      ), removed AS (
        DELETE FROM job_ready r USING job j WHERE j.id = r.job_id AND j.state <> 'QUEUED'
        RETURNING r.job_id
      )
      SELECT (SELECT count(*) FROM job WHERE state = 'QUEUED'),
        (SELECT count(*) FROM added), (SELECT count(*) FROM removed)
      """;

  /** Each part is a partial index: of the jobs that have ended none is read. */
  static final String USERS_OF =
      """
      SELECT id FROM (
        SELECT id, created_at, repositories FROM job WHERE state = 'CREATED'
        UNION ALL
        SELECT id, created_at, repositories FROM job WHERE state = 'QUEUED'
        UNION ALL
        SELECT id, created_at, repositories FROM job WHERE state IN ('WAITING', 'BATCHED')
        UNION ALL
        SELECT id, created_at, repositories FROM job WHERE state IN ('PREPARING', 'LAUNCHING', 'RUNNING')
      ) open WHERE repositories @> ARRAY[CAST(:repository AS text)]
      ORDER BY created_at, id
      """;

  static final String LIST =
      """
      SELECT id FROM job
      WHERE (CAST(:state AS text) IS NULL OR state = :state)
        AND (CAST(:repository AS text) IS NULL OR repositories @> ARRAY[CAST(:repository AS text)])
        AND (CAST(:owner AS text) IS NULL OR owner = :owner)
        AND (CAST(:createdAt AS timestamptz) IS NULL
          OR (created_at, id) < (CAST(:createdAt AS timestamptz), CAST(:id AS uuid)))
      ORDER BY created_at DESC, id DESC
      LIMIT :limit
      """;

  static final String INSERT_KEY =
      """
      INSERT INTO idempotency_key (owner, key, request_hash, job_ids, created_at)
      VALUES (:owner, :key, :hash, :jobs, :at) ON CONFLICT DO NOTHING
      """;
}
