CREATE TABLE IF NOT EXISTS segments (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id int NOT NULL,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  condition jsonb NOT NULL,
  version int NOT NULL DEFAULT 1,
  state text NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'archived')),
  size int NOT NULL DEFAULT 0,
  -- Version whose membership was computed over everybody; 0: none yet.
  built_version int NOT NULL DEFAULT 0,
  rebuilt_at timestamptz,
  -- Counts up with each wish for a computation over everybody; met when `built_wish` reaches it.
  wish int NOT NULL DEFAULT 1,
  built_wish int NOT NULL DEFAULT 0,
  fault text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS segments_by_name ON segments (project_id, lower(name));
CREATE INDEX IF NOT EXISTS segments_to_build ON segments (project_id) WHERE built_wish < wish;

-- Every condition that a segment ever had.
CREATE TABLE IF NOT EXISTS segment_versions (
  segment_id int NOT NULL REFERENCES segments (id) ON DELETE CASCADE,
  version int NOT NULL,
  condition jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (segment_id, version)
);

-- How far the stream has been looked through for a project, and which process does it now.
CREATE TABLE IF NOT EXISTS segment_watches (
  project_id int PRIMARY KEY,
  watermark timestamptz NOT NULL,
  leased_by text,
  leased_until timestamptz
);

-- Changes of membership that are being written: a row is gone when its facts are in the stream.
CREATE TABLE IF NOT EXISTS segment_runs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id int NOT NULL,
  segment_id int NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS segment_runs_of_project ON segment_runs (project_id);
