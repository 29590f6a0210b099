-- The repositories that jobs work on. Their clones are files and can be made again from these rows, so a row says what
-- is registered and how its clone fares, never where the clone is. "id" names one registration: a clone that ends after
-- its repository was removed and registered anew must not settle the state of its successor. git_url may hold
-- credentials; it is never shown as it is.
CREATE TABLE repository (
  name       text        PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  id         uuid        NOT NULL UNIQUE,
  git_url    text        NOT NULL,
  branch     text,
  state      text        NOT NULL CONSTRAINT repository_state
                         CHECK (state IN ('CLONING', 'READY', 'FAILED', 'UNAVAILABLE')),
  reason     text,
  owner      text        NOT NULL,
  created_at timestamptz NOT NULL,
  ready_at   timestamptz,
  CONSTRAINT repository_reason CHECK ((state IN ('FAILED', 'UNAVAILABLE')) = (reason IS NOT NULL)),
  CONSTRAINT repository_ready  CHECK ((state IN ('READY', 'UNAVAILABLE')) = (ready_at IS NOT NULL))
);
