CREATE TABLE IF NOT EXISTS imports (
  id uuid PRIMARY KEY,
  project_id int NOT NULL,
  name text NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'done', 'cancelled')),
  total int,
  accepted int NOT NULL DEFAULT 0,
  duplicates int NOT NULL DEFAULT 0,
  refused int NOT NULL DEFAULT 0,
  refusals jsonb NOT NULL DEFAULT '[]',
  created_at timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE INDEX IF NOT EXISTS imports_by_project ON imports (project_id, created_at DESC);
CREATE UNIQUE INDEX IF NOT EXISTS imports_running_name ON imports (project_id, name) WHERE state = 'running';
