-- The startup log. An open run (finished_at is null) found by the next start of its node is an aborted startup.

CREATE TABLE startup_run (
  id                  uuid        PRIMARY KEY,
  node_id             text        NOT NULL,
  epoch               bigint      NOT NULL,
  started_at          timestamptz NOT NULL,
  finished_at         timestamptz,
  total_duration_ms   bigint,
  running             text[]      NOT NULL DEFAULT '{}',
  degraded            boolean     NOT NULL DEFAULT false,
  aborted_predecessor uuid
);
CREATE INDEX startup_run_of_node ON startup_run (node_id, started_at DESC);

CREATE TABLE startup_operation (
  run_id      uuid        NOT NULL REFERENCES startup_run (id) ON DELETE CASCADE,
  position    bigint      GENERATED ALWAYS AS IDENTITY,
  component   text        NOT NULL,
  operation   text        NOT NULL,
  at          timestamptz NOT NULL,
  duration_ms bigint      NOT NULL,
  status      text        NOT NULL CHECK (status IN ('success', 'partial_success', 'failed')),
  counts      text        NOT NULL,
  errors      text        NOT NULL,
  PRIMARY KEY (run_id, position)
);
