CREATE TABLE IF NOT EXISTS export_destinations (
  id uuid PRIMARY KEY,
  project_id int NOT NULL,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('webhook', 's3')),
  -- Whether events, people or both go there; which events (none named: all).
  content text[] NOT NULL,
  event_names text[] NOT NULL DEFAULT '{}',
  settings jsonb NOT NULL,
  -- AES-256-GCM; the key of signatures, or of the store.
  sealed_secret text NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'paused')),
  -- Everything that arrived before is delivered. Events of the instant itself up to cursor_id, too.
  cursor_at timestamptz NOT NULL,
  cursor_id text NOT NULL DEFAULT '',
  -- Where the window under way began and what of it was delivered.
  window_from timestamptz NOT NULL,
  window_rows bigint NOT NULL DEFAULT 0,
  people_day date,
  attempts int NOT NULL DEFAULT 0,
  failure jsonb,
  next_at timestamptz NOT NULL,
  delivered_events bigint NOT NULL DEFAULT 0,
  delivered_people bigint NOT NULL DEFAULT 0,
  delivered_at timestamptz,
  runner text,
  leased_until timestamptz,
  created_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS export_destinations_by_project ON export_destinations (project_id, created_at);

-- Stretches of time that were delivered. Looked at once more: an event that was written late makes the whole stretch go again.
CREATE TABLE IF NOT EXISTS export_windows (
  destination_id uuid NOT NULL,
  window_from timestamptz NOT NULL,
  window_until timestamptz NOT NULL,
  rows bigint NOT NULL,
  files jsonb NOT NULL DEFAULT '[]',
  delivered_at timestamptz NOT NULL,
  verified_at timestamptz,
  PRIMARY KEY (destination_id, window_from)
);
CREATE INDEX IF NOT EXISTS export_windows_unverified ON export_windows (destination_id, delivered_at) WHERE verified_at IS NULL;

CREATE TABLE IF NOT EXISTS export_downloads (
  id uuid PRIMARY KEY,
  project_id int NOT NULL,
  content text NOT NULL CHECK (content IN ('events', 'people')),
  format text NOT NULL CHECK (format IN ('csv', 'jsonl', 'parquet')),
  filter jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'removed')),
  total bigint,
  rows bigint NOT NULL DEFAULT 0,
  size_bytes bigint,
  failure jsonb,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  finished_at timestamptz
);
CREATE INDEX IF NOT EXISTS export_downloads_by_project ON export_downloads (project_id, created_at DESC);
