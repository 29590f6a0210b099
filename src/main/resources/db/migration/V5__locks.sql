-- Locks, waiting lines and batches. Whoever changes any of them first takes one advisory lock (ADR 0013), so a row here
-- is never contended. No foreign keys: a row that contradicts the rest must stay representable, so that it makes its one
-- repository unavailable and not the server.

-- Grows with every grant for ever, also where a repository is removed and registered again.
CREATE SEQUENCE repository_fence;

-- A row is there exactly while the lock is held. The holder is an attempt; pid and start_ticks are the server process
-- that works for it.
CREATE TABLE repository_lock (
  repository   text        PRIMARY KEY CONSTRAINT repository_lock_name
    CHECK (repository ~ '^[a-z0-9][a-z0-9._-]{0,62}$' AND repository !~ '\.\.|\.lock$'),
  job_id       uuid        NOT NULL,
  attempt      integer     NOT NULL,
  operation    text        NOT NULL CONSTRAINT repository_lock_operation CHECK (operation IN ('PREPARE', 'JOB')),
  operation_id uuid        NOT NULL,
  fence        bigint      NOT NULL UNIQUE,
  acquired_at  timestamptz NOT NULL,
  lease_until  timestamptz NOT NULL,
  node_id      text        NOT NULL,
  node_epoch   bigint      NOT NULL,
  pid          bigint      NOT NULL,
  start_ticks  bigint      NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX repository_lock_of_job ON repository_lock (job_id);

-- One row per job and repository, from the first request to the end of the use. Its state follows the job's: WAITING and
-- BATCHED as the job, CALLED while the job is in the queue, HOLDS while a node holds it.
CREATE TABLE repository_ticket (
  job_id     uuid        NOT NULL,
  repository text        NOT NULL,
  seq        bigint      NOT NULL,
  whole      boolean     NOT NULL,
  branch     text,
  state      text        NOT NULL CONSTRAINT repository_ticket_state
    CHECK (state IN ('WAITING', 'BATCHED', 'CALLED', 'HOLDS')),
  since      timestamptz NOT NULL,
  batch_id   uuid,
  attempt    integer,
  fence      bigint,
  PRIMARY KEY (job_id, repository),
  CONSTRAINT repository_ticket_name
    CHECK (repository ~ '^[a-z0-9][a-z0-9._-]{0,62}$' AND repository !~ '\.\.|\.lock$'),
  CONSTRAINT repository_ticket_holds CHECK (
    (state = 'HOLDS') = (attempt IS NOT NULL) AND (state = 'HOLDS') = (fence IS NOT NULL)),
  CONSTRAINT repository_ticket_batch CHECK (
    (state <> 'BATCHED' OR batch_id IS NOT NULL) AND NOT (whole AND batch_id IS NOT NULL))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 1000);

-- The line of a repository, and those in it that belong to no batch: a grant looks at the first of each.
CREATE INDEX repository_ticket_line ON repository_ticket (repository, seq) INCLUDE (job_id) WHERE state <> 'HOLDS';
CREATE INDEX repository_ticket_outsider ON repository_ticket (repository, seq)
  WHERE state <> 'HOLDS' AND batch_id IS NULL;
CREATE INDEX repository_ticket_member ON repository_ticket (batch_id, state, seq) WHERE batch_id IS NOT NULL;

-- One preparation that several jobs share. "members" counts those that ever joined; who has not left yet is in the tickets.
CREATE TABLE batch (
  id              uuid        PRIMARY KEY,
  repository      text        NOT NULL CONSTRAINT batch_name
    CHECK (repository ~ '^[a-z0-9][a-z0-9._-]{0,62}$' AND repository !~ '\.\.|\.lock$'),
  branch          text,
  node_id         text        NOT NULL,
  leader          uuid        NOT NULL,
  phase           text        NOT NULL CONSTRAINT batch_phase
    CHECK (phase IN ('FETCHING', 'PREPARED', 'DISSOLVED', 'FAILED')),
  prepared_commit text,
  reason          text,
  members         integer     NOT NULL,
  created_at      timestamptz NOT NULL,
  fetched_at      timestamptz,
  ended_at        timestamptz,
  CONSTRAINT batch_fetched CHECK ((prepared_commit IS NOT NULL) = (fetched_at IS NOT NULL)
    AND (phase <> 'PREPARED' OR fetched_at IS NOT NULL) AND (phase <> 'FETCHING' OR fetched_at IS NULL)),
  CONSTRAINT batch_ended CHECK ((phase IN ('DISSOLVED', 'FAILED')) = (ended_at IS NOT NULL)),
  CONSTRAINT batch_reason CHECK ((phase = 'FAILED') = (reason IS NOT NULL))
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX batch_open ON batch (repository) WHERE phase IN ('FETCHING', 'PREPARED');
CREATE INDEX batch_newest ON batch (created_at DESC, id DESC);

ALTER TABLE job ADD batch_id uuid;
-- Who stands in a line: read by the recovery and by the views, whatever the number of ended jobs.
CREATE INDEX job_in_line ON job (seq) WHERE state IN ('WAITING', 'BATCHED');

-- A batch that cannot be fetched fails all who wait for it.
ALTER TABLE job_event DROP CONSTRAINT job_event_transition;
ALTER TABLE job_event ADD CONSTRAINT job_event_transition CHECK (
  from_state IS NULL OR from_state = to_state OR (from_state || '>' || to_state) IN (
    'CREATED>QUEUED', 'CREATED>CANCELLED',
    'QUEUED>WAITING', 'QUEUED>BATCHED', 'QUEUED>PREPARING', 'QUEUED>CANCELLED',
    'WAITING>QUEUED', 'WAITING>BATCHED', 'WAITING>PREPARING', 'WAITING>CANCELLED',
    'BATCHED>QUEUED', 'BATCHED>WAITING', 'BATCHED>PREPARING', 'BATCHED>CANCELLED', 'BATCHED>FAILED',
    'PREPARING>QUEUED', 'PREPARING>LAUNCHING', 'PREPARING>FAILED', 'PREPARING>CANCELLED',
    'LAUNCHING>QUEUED', 'LAUNCHING>RUNNING', 'LAUNCHING>FAILED', 'LAUNCHING>CANCELLED', 'LAUNCHING>LOST',
    'RUNNING>COMPLETED', 'RUNNING>FAILED', 'RUNNING>TIMED_OUT', 'RUNNING>CANCELLED', 'RUNNING>LOST',
    'FAILED>QUEUED', 'LOST>QUEUED'));
