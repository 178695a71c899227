CREATE TABLE IF NOT EXISTS audit_entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id int,
  at timestamptz NOT NULL,
  principal_kind text NOT NULL CHECK (principal_kind IN ('member', 'key', 'anonymous', 'system')),
  principal_id text,
  email text,
  action text NOT NULL,
  subject text NOT NULL,
  details jsonb NOT NULL DEFAULT '{}',
  ip text,
  request_id text
);
CREATE INDEX IF NOT EXISTS audit_entries_of_project ON audit_entries (project_id, id DESC);
