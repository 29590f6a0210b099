package io.holdfast.callbacks.store;

/** The statements of callbacks. A null needs a type in a native statement, so some are cast. */
final class CallbackSql {

  private CallbackSql() {}

  static final String SUBSCRIBE =
      """
      INSERT INTO job_callback (job_id, position, lane, url, events, headers, secrets)
      VALUES (:job, :position, :lane, :url, :events, :headers, :secrets)
      """;

  /** What the job brought, and every endpoint that it concerns; each event once. */
  static final String TELL =
      """
      WITH targets AS (
        SELECT 'job/' || position AS target, CAST(NULL AS uuid) AS endpoint_id, lane, url, headers, secrets
        FROM job_callback WHERE job_id = :job AND :event = ANY(events) AND NOT disabled
        UNION ALL
        SELECT CAST(id AS text), id, CAST(id AS text), NULL, NULL, NULL
        FROM callback_endpoint
        WHERE state = 'ENABLED' AND :event = ANY(events)
          AND CASE WHEN repository IS NULL THEN owner = :owner ELSE repository = ANY(:repositories) END
      ), written AS (
        INSERT INTO callback_delivery (id, job_id, attempt, event, target, endpoint_id, lane, state, due_at, created_at)
        SELECT gen_random_uuid(), :job, :attempt, :event, target, endpoint_id, lane, 'PENDING', :at, :at FROM targets
        ON CONFLICT ON CONSTRAINT callback_delivery_once DO NOTHING
        RETURNING id, target
      ), messages AS (
        INSERT INTO callback_message (delivery_id, payload, url, headers, secrets)
        SELECT written.id, :payload, url, headers, secrets FROM written JOIN targets USING (target)
      )
      SELECT count(*) FROM written
      """;

  /** A test goes to a disabled endpoint, too. */
  static final String PING =
      """
      WITH written AS (
        INSERT INTO callback_delivery (id, attempt, event, target, endpoint_id, lane, state, due_at, created_at)
        VALUES (:id, 0, 'ping', :target, :endpoint, :target, 'PENDING', :at, :at)
      )
      INSERT INTO callback_message (delivery_id, payload) VALUES (:id, :payload)
      """;

  /**
   * Steps from lane to lane through the index of what is pending, so that a long one costs no more
   * than a short one, and takes from each what it may have: nothing while its breaker is open, one
   * while it is in trouble. Fenced by the epoch. The limit that is a number keeps the planner,
   * which does not know the other one, from reading whole tables.
   */
  static final String CLAIM =
      """
      WITH RECURSIVE lanes AS (
        (SELECT lane FROM callback_delivery WHERE state = 'PENDING' ORDER BY lane LIMIT 1)
        UNION ALL
        SELECT (SELECT d.lane FROM callback_delivery d
                WHERE d.state = 'PENDING' AND d.lane > lanes.lane ORDER BY d.lane LIMIT 1)
        FROM lanes WHERE lanes.lane IS NOT NULL
      ), open_lanes AS (
        SELECT l.lane, h.lane IS NOT NULL AS troubled,
          CASE WHEN h.lane IS NULL THEN :perLane WHEN h.open_until > :now THEN 0 ELSE 1 END
            - (SELECT count(*) FROM callback_delivery f WHERE f.state = 'IN_FLIGHT' AND f.lane = l.lane) AS free
        FROM lanes l LEFT JOIN callback_lane h ON h.lane = l.lane
        WHERE l.lane IS NOT NULL AND EXISTS (SELECT 1 FROM node WHERE id = :node AND epoch = :epoch)
      ), due AS MATERIALIZED (
        SELECT d.id, o.troubled, d.due_at
        FROM open_lanes o CROSS JOIN LATERAL (
          SELECT p.id, p.due_at FROM callback_delivery p
          WHERE p.state = 'PENDING' AND p.lane = o.lane AND p.due_at <= :now
          ORDER BY p.due_at LIMIT greatest(0, o.free)
          FOR UPDATE SKIP LOCKED
        ) d
        ORDER BY d.due_at LIMIT 1000
      ), claimed AS (
        UPDATE callback_delivery d SET state = 'IN_FLIGHT', claim_token = gen_random_uuid(), claimed_at = :now,
          lease_until = :lease, node_id = :node
        FROM (SELECT * FROM due ORDER BY due_at LIMIT :limit) due WHERE d.id = due.id
        RETURNING d.id, d.claim_token, d.job_id, d.target, d.endpoint_id, d.lane, d.attempts, due.troubled, due.due_at
      )
      SELECT c.id, c.claim_token, c.job_id, c.target, c.endpoint_id, c.lane, c.attempts, c.troubled,
        coalesce(m.url, e.url), coalesce(m.headers, e.headers, '{}'), coalesce(m.secrets, e.secrets, '{}'), m.payload
      FROM claimed c JOIN callback_message m ON m.delivery_id = c.id
      LEFT JOIN callback_endpoint e ON e.id = c.endpoint_id
      ORDER BY c.due_at
      """;

  /** Only of whoever still has the claim. */
  static final String SETTLE =
      """
      WITH outcome AS (
        SELECT * FROM jsonb_to_recordset(CAST(:outcomes AS jsonb)) AS o (id uuid, token uuid, state text,
          due timestamptz, counted boolean, at timestamptz, took bigint, status integer, error text, answer text,
          reason text)
      ), settled AS (
        UPDATE callback_delivery d SET state = o.state, due_at = coalesce(o.due, d.due_at),
          attempts = d.attempts + CASE WHEN o.counted THEN 1 ELSE 0 END, reason = o.reason,
          ended_at = CASE WHEN o.state = 'PENDING' THEN NULL ELSE CAST(:now AS timestamptz) END,
          claim_token = NULL, lease_until = NULL, node_id = NULL
        FROM outcome o WHERE d.id = o.id AND d.claim_token = o.token AND d.state = 'IN_FLIGHT'
        RETURNING d.id
      ), tries AS (
        INSERT INTO callback_attempt (delivery_id, at, duration_ms, status, error, answer)
        SELECT id, at, took, status, error, answer FROM outcome JOIN settled USING (id) WHERE counted
      )
      SELECT id FROM settled
      """;

  static final String TROUBLED =
      """
      SELECT lane, failures, since, open_until FROM callback_lane WHERE lane = ANY(:lanes)
      ORDER BY lane FOR UPDATE
      """;

  static final String TROUBLE =
      """
      INSERT INTO callback_lane (lane, failures, since, open_until)
      VALUES (:lane, :failures, :since, CAST(:openUntil AS timestamptz))
      ON CONFLICT (lane) DO UPDATE SET failures = EXCLUDED.failures, open_until = EXCLUDED.open_until
      """;

  static final String HEALED = "DELETE FROM callback_lane WHERE lane = :lane";

  static final String DISABLE_ENDPOINT =
      "UPDATE callback_endpoint SET state = 'DISABLED', reason = :reason WHERE id = :id AND state = 'ENABLED'";

  static final String DISABLE_JOB_CALLBACK =
      "UPDATE job_callback SET disabled = true WHERE job_id = :job AND 'job/' || position = :target";

  /** A test of the endpoint is not held back by what it tests. */
  static final String FAIL_PENDING =
      """
      UPDATE callback_delivery SET state = 'FAILED', reason = :reason, ended_at = :now
      WHERE state = 'PENDING' AND lane = :lane AND target = :target AND event <> 'ping'
        AND (CAST(:job AS uuid) IS NULL OR job_id = CAST(:job AS uuid))
      """;

  /** The interrupted try stays in the log; it does not count, and the due time stays. */
  private static final String RELEASE =
      """
      WITH lost AS (
        SELECT id, claimed_at FROM callback_delivery WHERE state = 'IN_FLIGHT' AND %s FOR UPDATE
      ), released AS (
        UPDATE callback_delivery d SET state = 'PENDING', claim_token = NULL, lease_until = NULL, node_id = NULL
        FROM lost WHERE d.id = lost.id
      ), tries AS (
        INSERT INTO callback_attempt (delivery_id, at, error)
        SELECT id, claimed_at, 'interrupted: ' || :why || '; the receiver may have got it' FROM lost
      )
      SELECT count(*) FROM lost
      """;

  static final String RECOVER = RELEASE.formatted("node_id = :node");

  static final String RELEASE_EXPIRED = RELEASE.formatted("lease_until < :now");

  static final String DROP =
      """
      DELETE FROM callback_delivery WHERE id IN (
        SELECT id FROM callback_delivery WHERE state = 'DELIVERED' AND ended_at < :before
        ORDER BY ended_at LIMIT :limit FOR UPDATE SKIP LOCKED)
      """;

  private static final String SHOWN =
      """
      SELECT d.id, d.job_id, d.attempt, d.event, d.endpoint_id, coalesce(m.url, e.url), d.state, d.due_at, d.attempts,
        d.reason, d.created_at, d.ended_at
      FROM callback_delivery d JOIN callback_message m ON m.delivery_id = d.id
      LEFT JOIN callback_endpoint e ON e.id = d.endpoint_id
      """;

  static final String FIND = SHOWN + "WHERE d.id = :id";

  static final String LIST =
      SHOWN
          + """
          WHERE (CAST(:state AS text) IS NULL OR d.state = :state)
            AND (CAST(:job AS uuid) IS NULL OR d.job_id = CAST(:job AS uuid))
            AND (CAST(:endpoint AS uuid) IS NULL OR d.endpoint_id = CAST(:endpoint AS uuid))
            AND (CAST(:beforeId AS uuid) IS NULL
              OR (d.created_at, d.id) < (CAST(:beforeTime AS timestamptz), CAST(:beforeId AS uuid)))
          ORDER BY d.created_at DESC, d.id DESC
          LIMIT :limit
          """;

  static final String TRIES =
      """
      SELECT at, duration_ms, status, error, answer FROM callback_attempt WHERE delivery_id = :id ORDER BY id
      """;

  static final String OVERVIEW =
      """
      SELECT count(*) FILTER (WHERE state = 'PENDING'),
        count(*) FILTER (WHERE state = 'PENDING' AND due_at <= :now),
        count(*) FILTER (WHERE state = 'IN_FLIGHT'), count(*) FILTER (WHERE state = 'FAILED'),
        min(due_at) FILTER (WHERE state = 'PENDING' AND due_at <= :now)
      FROM callback_delivery WHERE state IN ('PENDING', 'IN_FLIGHT', 'FAILED')
      """;

  /** From the beginning of the schedule, unless it is in flight or nothing may be sent there. */
  private static final String REDELIVER =
      """
      UPDATE callback_delivery d SET state = 'PENDING', due_at = :now, attempts = 0, reason = NULL, ended_at = NULL
      WHERE %s AND (
        (d.endpoint_id IS NULL AND NOT EXISTS (
          SELECT 1 FROM job_callback c
          WHERE c.job_id = d.job_id AND 'job/' || c.position = d.target AND c.disabled))
        OR EXISTS (SELECT 1 FROM callback_endpoint e
          WHERE e.id = d.endpoint_id AND (e.state = 'ENABLED' OR d.event = 'ping')))
      """;

  static final String REDELIVER_ONE = REDELIVER.formatted("d.id = :id AND d.state <> 'IN_FLIGHT'");

  static final String REDELIVER_FAILED =
      REDELIVER.formatted("d.state = 'FAILED' AND d.ended_at >= :since");

  static final String INSERT_ENDPOINT =
      """
      INSERT INTO callback_endpoint (id, owner, name, repository, url, events, headers, secrets, state, created_at)
      VALUES (:id, :owner, :name, CAST(:repository AS text), :url, :events, :headers, :secrets, 'ENABLED', :at)
      ON CONFLICT (owner, name) DO NOTHING
      """;

  static final String ENDPOINTS =
      """
      SELECT e.id, e.owner, e.name, e.repository, e.url, e.events, e.headers, e.secrets, e.reason,
        coalesce(l.failures, 0), l.open_until, e.created_at
      FROM callback_endpoint e LEFT JOIN callback_lane l ON l.lane = CAST(e.id AS text)
      WHERE CAST(:id AS uuid) IS NULL OR e.id = CAST(:id AS uuid)
      ORDER BY e.owner, e.name
      """;

  static final String DELETE_ENDPOINT = "DELETE FROM callback_endpoint WHERE id = :id";

  static final String ENABLE =
      "UPDATE callback_endpoint SET state = 'ENABLED', reason = NULL WHERE id = :id";

  static final String RENEW = "UPDATE callback_endpoint SET secrets = :secrets WHERE id = :id";
}
