-- API tokens are stored as hashes only: whoever reads this table cannot call the API.

CREATE TABLE api_token (
  id         uuid        PRIMARY KEY,
  name       text        NOT NULL UNIQUE,
  owner      text        NOT NULL,
  role       text        NOT NULL CHECK (role IN ('admin')),
  hash       text        NOT NULL UNIQUE,
  created_at timestamptz NOT NULL
);
