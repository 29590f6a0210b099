-- Callbacks: the outbox, written in the transaction of what it tells of. The rows that every delivery changes are narrow;
-- what is sent stands apart and is written once. Deliveries have no foreign keys: what is to be told outlives its job and
-- its endpoint.

-- Standing endpoints. With a repository: told of every job that names it; else of every job of the owner.
CREATE TABLE callback_endpoint (
  id         uuid        PRIMARY KEY,
  owner      text        NOT NULL,
  name       text        NOT NULL,
  repository text,
  url        text        NOT NULL,
  events     text[]      NOT NULL,
  headers    text        NOT NULL,
  secrets    text[]      NOT NULL,
  state      text        NOT NULL CONSTRAINT callback_endpoint_state CHECK (state IN ('ENABLED', 'DISABLED')),
  reason     text,
  created_at timestamptz NOT NULL,
  UNIQUE (owner, name),
  CONSTRAINT callback_endpoint_reason CHECK ((state = 'DISABLED') = (reason IS NOT NULL))
);

-- Callbacks that came with a job. has_callbacks spares all other jobs a look.
CREATE TABLE job_callback (
  job_id     uuid    NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  position   integer NOT NULL,
  lane       text    NOT NULL,
  url        text    NOT NULL,
  events     text[]  NOT NULL,
  headers    text    NOT NULL,
  secrets    text[]  NOT NULL,
  disabled   boolean NOT NULL DEFAULT false,
  PRIMARY KEY (job_id, position)
);
ALTER TABLE job ADD has_callbacks boolean NOT NULL DEFAULT false;

-- One row per event of a job and target; its id is the webhook-id. An event is a kind in an attempt: a job that is
-- resumed and fails again is told of again. "lane" is what is bounded and guarded together: an endpoint, or the host of a
-- job's own callbacks.
CREATE TABLE callback_delivery (
  id          uuid        PRIMARY KEY,
  job_id      uuid,
  attempt     integer     NOT NULL,
  event       text        NOT NULL,
  target      text        NOT NULL,
  endpoint_id uuid,
  lane        text        NOT NULL,
  state       text        NOT NULL CONSTRAINT callback_delivery_state
    CHECK (state IN ('PENDING', 'IN_FLIGHT', 'DELIVERED', 'FAILED')),
  due_at      timestamptz NOT NULL,
  attempts    integer     NOT NULL DEFAULT 0,
  claim_token uuid,
  claimed_at  timestamptz,
  lease_until timestamptz,
  node_id     text,
  reason      text,
  created_at  timestamptz NOT NULL,
  ended_at    timestamptz,
  CONSTRAINT callback_delivery_once UNIQUE (job_id, event, attempt, target),
  CONSTRAINT callback_delivery_claimed CHECK (
    (state = 'IN_FLIGHT') = (claim_token IS NOT NULL) AND (state = 'IN_FLIGHT') = (lease_until IS NOT NULL)
    AND (state = 'IN_FLIGHT') = (node_id IS NOT NULL)),
  CONSTRAINT callback_delivery_ended CHECK ((state IN ('DELIVERED', 'FAILED')) = (ended_at IS NOT NULL))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 1000);

-- What the claim reads: lane by lane, the longest due first. A lane that is held up costs one look, however long it is.
CREATE INDEX callback_delivery_due ON callback_delivery (lane, due_at) WHERE state = 'PENDING';
CREATE INDEX callback_delivery_in_flight ON callback_delivery (lane) WHERE state = 'IN_FLIGHT';
-- Retention, and the list of what failed.
CREATE INDEX callback_delivery_done ON callback_delivery (ended_at) WHERE state = 'DELIVERED';
CREATE INDEX callback_delivery_failed ON callback_delivery (ended_at) WHERE state = 'FAILED';
CREATE INDEX callback_delivery_newest ON callback_delivery (created_at DESC, id DESC);

-- What is sent, frozen. Without a url: to where the endpoint is now, signed with the secrets that it has now.
CREATE TABLE callback_message (
  delivery_id uuid PRIMARY KEY REFERENCES callback_delivery (id) ON DELETE CASCADE,
  payload     text NOT NULL,
  url         text,
  headers     text,
  secrets     text[]
);

-- Every try. Without a status: "error" says why. A try that a crash interrupted has no duration.
CREATE TABLE callback_attempt (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  delivery_id uuid        NOT NULL REFERENCES callback_delivery (id) ON DELETE CASCADE,
  at          timestamptz NOT NULL,
  duration_ms bigint,
  status      integer,
  error       text,
  answer      text
);
CREATE INDEX callback_attempt_of_delivery ON callback_attempt (delivery_id, id);

-- Lanes in trouble only: a healthy one has no row.
CREATE TABLE callback_lane (
  lane       text        PRIMARY KEY,
  failures   integer     NOT NULL,
  since      timestamptz NOT NULL,
  open_until timestamptz
) WITH (fillfactor = 50);
