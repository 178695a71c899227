-- Replays of everything that a filter matched, done in the background; one of a project at a time.
CREATE TABLE IF NOT EXISTS quarantine_replays (
  id uuid PRIMARY KEY,
  project_id integer NOT NULL,
  filter jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'done', 'stopped')),
  -- The last entry that was tried, and the last one that belongs to it.
  position bigint NOT NULL,
  last_id bigint NOT NULL,
  total bigint NOT NULL,
  replayed bigint NOT NULL,
  duplicates bigint NOT NULL,
  waiting bigint NOT NULL,
  -- Why it stands still for now.
  failure text,
  created_at timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE UNIQUE INDEX IF NOT EXISTS quarantine_replays_running ON quarantine_replays (project_id) WHERE state = 'running';
CREATE INDEX IF NOT EXISTS quarantine_replays_by_project ON quarantine_replays (project_id, created_at);
