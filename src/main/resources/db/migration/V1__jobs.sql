-- The foundation: nodes with their epochs, jobs with attempts and events, the queue, statistics.
-- Hot rows are narrow: the queue is a table of its own that the claim reads in order and nothing else grows.

CREATE TABLE node (
  id           text        PRIMARY KEY,
  host         text        NOT NULL,
  epoch        bigint      NOT NULL,
  boot_id      text        NOT NULL,
  started_at   timestamptz NOT NULL,
  heartbeat_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- The order of the queue. A place is given when a job is queued and kept when an interrupted attempt puts it back.
CREATE SEQUENCE job_seq;

CREATE TABLE job (
  id              uuid        PRIMARY KEY,
  state           text        NOT NULL,
  version         bigint      NOT NULL,
  attempt         integer     NOT NULL,
  seq             bigint,
  owner           text        NOT NULL,
  title           text,
  engine          text        NOT NULL,
  command         text[]      NOT NULL,
  prompt          text,
  environment     text        NOT NULL,
  repositories    text[]      NOT NULL,
  branch          text,
  exclusive       boolean     NOT NULL,
  timeout_seconds bigint      NOT NULL,
  on_interrupt    text        NOT NULL,
  session_id      uuid,
  node_id         text,
  node_epoch      bigint,
  ending          text,
  ending_since    timestamptz,
  exit_code       integer,
  reason          text,
  output_bytes    bigint      NOT NULL DEFAULT 0,
  created_at      timestamptz NOT NULL,
  queued_at       timestamptz,
  started_at      timestamptz,
  ended_at        timestamptz,
  deadline        timestamptz,
  CONSTRAINT job_state CHECK (state IN ('CREATED', 'QUEUED', 'WAITING', 'BATCHED', 'PREPARING', 'LAUNCHING',
    'RUNNING', 'COMPLETED', 'FAILED', 'TIMED_OUT', 'CANCELLED', 'LOST')),
  CONSTRAINT job_on_interrupt CHECK (on_interrupt IN ('FAIL', 'REQUEUE', 'RESUME')),
  CONSTRAINT job_ending CHECK (ending IN ('CANCEL', 'DEADLINE', 'OUTPUT_LIMIT')),
  CONSTRAINT job_ending_since CHECK ((ending IS NULL) = (ending_since IS NULL)),
  CONSTRAINT job_queued_has_a_place CHECK (state <> 'QUEUED' OR seq IS NOT NULL),
  CONSTRAINT job_held_by_a_node CHECK (
    state NOT IN ('PREPARING', 'LAUNCHING', 'RUNNING') OR (node_id IS NOT NULL AND node_epoch IS NOT NULL)),
  CONSTRAINT job_ended_when CHECK (
    (state IN ('COMPLETED', 'FAILED', 'TIMED_OUT', 'CANCELLED', 'LOST')) = (ended_at IS NOT NULL))
) WITH (fillfactor = 80);

CREATE INDEX job_newest ON job (created_at DESC, id DESC);
-- What a node holds: read by every claim (free slots) and by every reconciliation.
CREATE INDEX job_held ON job (node_id) WHERE state IN ('PREPARING', 'LAUNCHING', 'RUNNING');
CREATE INDEX job_queued ON job (seq) WHERE state = 'QUEUED';

CREATE TABLE job_ready (
  seq    bigint PRIMARY KEY,
  job_id uuid   NOT NULL UNIQUE REFERENCES job (id) ON DELETE CASCADE
) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 1000);

CREATE TABLE job_attempt (
  job_id            uuid        NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  attempt           integer     NOT NULL,
  node_id           text        NOT NULL,
  session_id        uuid,
  launch_token      uuid,
  boot_id           text,
  claimed_at        timestamptz NOT NULL,
  launched_at       timestamptz,
  started_at        timestamptz,
  ended_at          timestamptz,
  outcome           text,
  exit_code         integer,
  evidence          text,
  output_bytes      bigint      NOT NULL DEFAULT 0,
  PRIMARY KEY (job_id, attempt)
);

-- Every change of state adds a row in its transaction; the pairs mirror JobState.canBecome. A row whose states are
-- equal is a remark, such as a re-attachment.
CREATE TABLE job_event (
  id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id     uuid        NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  attempt    integer     NOT NULL,
  at         timestamptz NOT NULL,
  from_state text,
  to_state   text        NOT NULL,
  detail     text,
  CONSTRAINT job_event_transition CHECK (
    from_state IS NULL OR from_state = to_state OR (from_state || '>' || to_state) IN (
      'CREATED>QUEUED', 'CREATED>CANCELLED',
      'QUEUED>WAITING', 'QUEUED>BATCHED', 'QUEUED>PREPARING', 'QUEUED>CANCELLED',
      'WAITING>QUEUED', 'WAITING>BATCHED', 'WAITING>PREPARING', 'WAITING>CANCELLED',
      'BATCHED>QUEUED', 'BATCHED>WAITING', 'BATCHED>PREPARING', 'BATCHED>CANCELLED',
      'PREPARING>QUEUED', 'PREPARING>LAUNCHING', 'PREPARING>FAILED', 'PREPARING>CANCELLED',
      'LAUNCHING>QUEUED', 'LAUNCHING>RUNNING', 'LAUNCHING>FAILED', 'LAUNCHING>CANCELLED', 'LAUNCHING>LOST',
      'RUNNING>COMPLETED', 'RUNNING>FAILED', 'RUNNING>TIMED_OUT', 'RUNNING>CANCELLED', 'RUNNING>LOST',
      'FAILED>QUEUED', 'LOST>QUEUED'))
);
CREATE INDEX job_event_of_job ON job_event (job_id, id);

-- One row per ended attempt, written in the transaction that ends it: never lost, never counted twice. It outlives
-- the job's own row.
CREATE TABLE resource_sample (
  job_id            uuid        NOT NULL,
  attempt           integer     NOT NULL,
  ended_at          timestamptz NOT NULL,
  outcome           text        NOT NULL,
  cpu_seconds       double precision,
  peak_memory_bytes bigint,
  duration_ms       bigint,
  queue_ms          bigint      NOT NULL,
  concurrency       integer     NOT NULL,
  PRIMARY KEY (job_id, attempt)
);

CREATE TABLE idempotency_key (
  owner        text        NOT NULL,
  key          text        NOT NULL,
  request_hash text        NOT NULL,
  job_ids      uuid[]      NOT NULL,
  created_at   timestamptz NOT NULL,
  PRIMARY KEY (owner, key)
);
