-- Addresses at which other systems tell what happened, and how their words become events.
CREATE TABLE IF NOT EXISTS sources (
  id uuid PRIMARY KEY,
  project_id int NOT NULL,
  name text NOT NULL,
  token_hash text NOT NULL,
  token_sealed text NOT NULL,
  mapping jsonb,
  signature jsonb,
  accepted bigint NOT NULL DEFAULT 0,
  refused bigint NOT NULL DEFAULT 0,
  last_at timestamptz,
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS sources_by_token ON sources (token_hash);
CREATE INDEX IF NOT EXISTS sources_by_project ON sources (project_id, created_at);

-- The last bodies of each source: examples for its mapping, and proof of what came.
CREATE TABLE IF NOT EXISTS source_deliveries (
  id uuid PRIMARY KEY,
  project_id int NOT NULL,
  source_id uuid NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  at timestamptz NOT NULL,
  state text NOT NULL,
  accepted int NOT NULL,
  duplicates int NOT NULL,
  refused int NOT NULL,
  problems jsonb NOT NULL,
  headers jsonb NOT NULL,
  body text NOT NULL,
  is_cut boolean NOT NULL
);
CREATE INDEX IF NOT EXISTS source_deliveries_by_source ON source_deliveries (source_id, at DESC, id);
