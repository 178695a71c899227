CREATE TABLE IF NOT EXISTS projects (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  time_zone text NOT NULL,
  currency text NOT NULL,
  is_demo boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS api_keys (
  id uuid PRIMARY KEY,
  project_id int NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('write', 'secret')),
  name text NOT NULL,
  token_hash text NOT NULL UNIQUE,
  token_prefix text NOT NULL,
  token_plain text,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at timestamptz,
  CHECK (kind = 'write' OR token_plain IS NULL)
);
CREATE INDEX IF NOT EXISTS api_keys_of_project ON api_keys (project_id, created_at DESC);
