CREATE TABLE IF NOT EXISTS insights (
  id uuid PRIMARY KEY,
  project_id int NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  question jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS insights_of_project ON insights (project_id, updated_at DESC, id DESC);
