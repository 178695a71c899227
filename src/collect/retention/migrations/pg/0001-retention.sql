-- For how many local days a project keeps events of a name; '*' stands for every event without a rule of its own. Null: for ever.
CREATE TABLE IF NOT EXISTS retention_rules (
  project_id integer NOT NULL,
  event text NOT NULL,
  keep_days integer,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, event)
);

-- One row each time that rules deleted something. `cuts` and `days` are written before the first row is deleted, so that a run that was broken off is done again.
CREATE TABLE IF NOT EXISTS retention_runs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id integer NOT NULL,
  cause text NOT NULL,
  state text NOT NULL,
  cuts jsonb NOT NULL,
  days jsonb NOT NULL,
  deleted jsonb NOT NULL,
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  error text
);
CREATE INDEX IF NOT EXISTS retention_runs_listed ON retention_runs (project_id, id DESC);

-- Erasures of people. `external_ids` are kept only until the work is done; `proof` holds numbers and counts, nothing about the person.
CREATE TABLE IF NOT EXISTS erasures (
  id uuid PRIMARY KEY,
  project_id integer NOT NULL,
  number bigint NOT NULL,
  numbers bigint[] NOT NULL,
  external_ids jsonb,
  state text NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  finished_at timestamptz,
  proof jsonb,
  error text
);
CREATE INDEX IF NOT EXISTS erasures_listed ON erasures (project_id, requested_at DESC, id DESC);
-- A person is erased by one request at a time.
CREATE UNIQUE INDEX IF NOT EXISTS erasures_open ON erasures (project_id, number) WHERE state IN ('waiting', 'erasing');
