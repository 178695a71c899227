CREATE TABLE IF NOT EXISTS pulls (
  id uuid PRIMARY KEY,
  project_id int NOT NULL,
  name text NOT NULL,
  connection jsonb NOT NULL,
  -- AES-256-GCM.
  sealed_password text NOT NULL,
  question jsonb NOT NULL,
  mapping jsonb NOT NULL,
  -- Column by which new rows are found, and how far behind the last one we look again.
  cursor jsonb,
  cursor_value text,
  schedule jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'paused')),
  attempts int NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL,
  runner text,
  leased_until timestamptz,
  created_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS pulls_by_project ON pulls (project_id, created_at);

CREATE TABLE IF NOT EXISTS pull_runs (
  id uuid PRIMARY KEY,
  pull_id uuid NOT NULL,
  project_id int NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
  rows bigint NOT NULL DEFAULT 0,
  accepted bigint NOT NULL DEFAULT 0,
  -- Known already, or unchanged.
  unchanged bigint NOT NULL DEFAULT 0,
  refused bigint NOT NULL DEFAULT 0,
  refusals jsonb NOT NULL DEFAULT '[]',
  failure jsonb,
  started_at timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE INDEX IF NOT EXISTS pull_runs_by_pull ON pull_runs (pull_id, started_at DESC);

-- What a row about a person said the last time, so that only changes are told.
CREATE TABLE IF NOT EXISTS pull_people (
  pull_id uuid NOT NULL,
  person text NOT NULL,
  said text NOT NULL,
  PRIMARY KEY (pull_id, person)
);
