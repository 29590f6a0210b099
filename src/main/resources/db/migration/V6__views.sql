-- What an administrator asks of the database, for psql and dashboards: docs/sql-views.md. They stay cheap with a million
-- ended jobs: each reads what is queued, held or in line through a partial index or a small table. Names and meanings are
-- a promise; tables may change beneath them.

CREATE VIEW holdfast_queue AS
SELECT row_number() OVER (ORDER BY r.seq) AS position, j.id AS job_id, j.title, j.engine, j.owner, j.repositories,
  j.attempt + 1 AS next_attempt, j.queued_at, clock_timestamp() - j.queued_at AS queued_for
FROM job_ready r JOIN job j ON j.id = r.job_id;
COMMENT ON VIEW holdfast_queue IS 'The jobs in the queue; ORDER BY position';
COMMENT ON COLUMN holdfast_queue.position IS '1 is claimed next';
COMMENT ON COLUMN holdfast_queue.next_attempt IS 'The attempt that the next claim makes';
COMMENT ON COLUMN holdfast_queue.queued_for IS 'Since it got its place, interrupted attempts included';

CREATE VIEW holdfast_locks AS
SELECT l.repository, l.job_id, j.title, j.state AS job_state, l.attempt, l.operation, l.operation_id, l.fence,
  l.acquired_at, clock_timestamp() - l.acquired_at AS held_for, l.lease_until, l.lease_until <= clock_timestamp() AS lease_over,
  l.node_id, l.node_epoch, l.pid, l.start_ticks,
  coalesce(t.in_line, 0) AS in_line
FROM repository_lock l
LEFT JOIN job j ON j.id = l.job_id
LEFT JOIN (SELECT repository, count(*) AS in_line FROM repository_ticket WHERE state <> 'HOLDS' GROUP BY repository) t
  ON t.repository = l.repository;
COMMENT ON VIEW holdfast_locks IS 'The repositories that are locked now, one row each';
COMMENT ON COLUMN holdfast_locks.job_id IS 'The holder; of several members of a batch, one';
COMMENT ON COLUMN holdfast_locks.operation IS 'PREPARE: to the end of the preparation; JOB: to the end of the job';
COMMENT ON COLUMN holdfast_locks.operation_id IS 'The batch, the job, or what a job with several repositories prepares at once';
COMMENT ON COLUMN holdfast_locks.fence IS 'Grows with every grant; an effect under an older one is refused';
COMMENT ON COLUMN holdfast_locks.lease_over IS 'Not renewed for 600 s; frees nothing by itself: evidence decides';
COMMENT ON COLUMN holdfast_locks.pid IS 'The server process that works for the holder, with its start_ticks';
COMMENT ON COLUMN holdfast_locks.in_line IS 'Jobs that stand in its line';

CREATE VIEW holdfast_waiting AS
SELECT t.repository, row_number() OVER (PARTITION BY t.repository ORDER BY t.seq) AS position, t.job_id, t.state,
  t.since, clock_timestamp() - t.since AS waiting_for,
  CASE WHEN t.state = 'CALLED' THEN NULL
    ELSE coalesce(l.job_id, nullif(first_value(t.job_id) OVER (PARTITION BY t.repository ORDER BY t.seq), t.job_id)) END
    AS blocked_by,
  t.whole, t.branch, t.batch_id
FROM repository_ticket t LEFT JOIN repository_lock l ON l.repository = t.repository
WHERE t.state <> 'HOLDS';
COMMENT ON VIEW holdfast_waiting IS 'The lines of the repositories; a job with several repositories stands in each; ORDER BY repository, position';
COMMENT ON COLUMN holdfast_waiting.position IS '1 is the head';
COMMENT ON COLUMN holdfast_waiting.state IS 'WAITING; BATCHED: its batch is being fetched; CALLED: back in the queue, the repository is reserved for it';
COMMENT ON COLUMN holdfast_waiting.blocked_by IS 'The lock''s holder, else the head of the line';
COMMENT ON COLUMN holdfast_waiting.whole IS 'Shares with nobody: exclusive, or several repositories';

CREATE VIEW holdfast_batches AS
SELECT b.id AS batch_id, b.repository, b.branch, b.phase, b.leader, b.members,
  (SELECT count(*) FROM repository_ticket t WHERE t.batch_id = b.id) AS members_left,
  b.prepared_commit, b.reason, b.node_id, b.created_at, b.fetched_at, b.ended_at, b.fetched_at - b.created_at AS fetch_took
FROM batch b;
COMMENT ON VIEW holdfast_batches IS 'Preparations that jobs share; WHERE phase IN (''FETCHING'', ''PREPARED'') for the open ones, else ORDER BY created_at DESC LIMIT n';
COMMENT ON COLUMN holdfast_batches.phase IS 'FETCHING, PREPARED, then DISSOLVED or FAILED';
COMMENT ON COLUMN holdfast_batches.members IS 'How many ever joined, the leader included';
COMMENT ON COLUMN holdfast_batches.members_left IS 'How many have no workspace yet';
COMMENT ON COLUMN holdfast_batches.prepared_commit IS 'What all its members start from';

CREATE VIEW holdfast_statistics AS
SELECT date_trunc('hour', ended_at) AS hour, outcome, count(*) AS attempts,
  percentile_cont(0.9) WITHIN GROUP (ORDER BY cpu_seconds) AS p90_cpu_seconds,
  percentile_cont(0.9) WITHIN GROUP (ORDER BY peak_memory_bytes) AS p90_peak_memory_bytes,
  percentile_cont(0.9) WITHIN GROUP (ORDER BY duration_ms) AS p90_duration_ms,
  percentile_cont(0.9) WITHIN GROUP (ORDER BY queue_ms) AS p90_queue_ms,
  avg(queue_ms) AS mean_queue_ms, max(concurrency) AS max_concurrency
FROM resource_sample
WHERE ended_at > clock_timestamp() - interval '24 hours'
GROUP BY 1, 2;
COMMENT ON VIEW holdfast_statistics IS 'The attempts that ended in the last 24 hours, by hour and outcome; ORDER BY hour, outcome';
COMMENT ON COLUMN holdfast_statistics.attempts IS 'Every attempt counts once, also those that ended before they ran';
COMMENT ON COLUMN holdfast_statistics.max_concurrency IS 'The most jobs that ran at once on a node, as seen by those that ended';
-- The last day is read through its time, however long samples are kept.
CREATE INDEX resource_sample_ended ON resource_sample (ended_at);

CREATE VIEW holdfast_nodes AS
SELECT n.id AS node_id, n.host, n.epoch, n.boot_id, n.started_at, n.heartbeat_at,
  (SELECT count(*) FROM job j WHERE j.node_id = n.id AND j.state IN ('PREPARING', 'LAUNCHING', 'RUNNING')) AS jobs_held,
  (SELECT count(*) FROM repository_lock l WHERE l.node_id = n.id) AS locks_held
FROM node n;
COMMENT ON VIEW holdfast_nodes IS 'The servers that ever worked on this database';
COMMENT ON COLUMN holdfast_nodes.epoch IS 'How often it was started; former lives cannot write';
COMMENT ON COLUMN holdfast_nodes.jobs_held IS 'Jobs that occupy one of its slots';

CREATE VIEW holdfast_startup_log AS
SELECT r.id AS startup_id, r.node_id, r.epoch, r.started_at, r.finished_at, r.total_duration_ms, r.degraded,
  r.aborted_predecessor, o.component, o.operation, o.at, o.duration_ms, o.status, o.counts, o.errors
FROM startup_run r LEFT JOIN startup_operation o ON o.run_id = r.id;
COMMENT ON VIEW holdfast_startup_log IS 'One row per start and phase, also of starts that were aborted; ORDER BY started_at DESC, at';
COMMENT ON COLUMN holdfast_startup_log.finished_at IS 'Empty: it runs now, or it was aborted';
COMMENT ON COLUMN holdfast_startup_log.aborted_predecessor IS 'The start before, if it never finished';
COMMENT ON COLUMN holdfast_startup_log.counts IS 'JSON';
COMMENT ON COLUMN holdfast_startup_log.errors IS 'JSON: resource, reason, action';
