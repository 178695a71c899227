CREATE TABLE IF NOT EXISTS import_files (
  id uuid PRIMARY KEY,
  project_id int NOT NULL,
  name text NOT NULL,
  origin text NOT NULL CHECK (origin IN ('upload', 'url', 's3')),
  -- Where a linked file lies; secrets in it are sealed.
  location jsonb,
  state text NOT NULL CHECK (state IN ('arriving', 'ready', 'failed', 'removed')),
  size_bytes bigint,
  arrived_bytes bigint NOT NULL DEFAULT 0,
  hash text,
  shape jsonb,
  failure jsonb,
  created_at timestamptz NOT NULL,
  used_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS import_files_by_use ON import_files (used_at) WHERE state <> 'removed';

ALTER TABLE imports ADD COLUMN IF NOT EXISTS file_id uuid;
ALTER TABLE imports ADD COLUMN IF NOT EXISTS mode text NOT NULL DEFAULT 'take';
ALTER TABLE imports ADD COLUMN IF NOT EXISTS mapping jsonb;
ALTER TABLE imports ADD COLUMN IF NOT EXISTS locale text NOT NULL DEFAULT 'en';
ALTER TABLE imports ADD COLUMN IF NOT EXISTS wish text NOT NULL DEFAULT 'run';
ALTER TABLE imports ADD COLUMN IF NOT EXISTS position int NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN IF NOT EXISTS bytes_done bigint NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN IF NOT EXISTS bytes_total bigint;
ALTER TABLE imports ADD COLUMN IF NOT EXISTS bad_bytes bigint NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN IF NOT EXISTS summary jsonb NOT NULL DEFAULT '{}';
ALTER TABLE imports ADD COLUMN IF NOT EXISTS failure jsonb;
ALTER TABLE imports ADD COLUMN IF NOT EXISTS worked_ms bigint NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN IF NOT EXISTS runner text;
ALTER TABLE imports ADD COLUMN IF NOT EXISTS leased_until timestamptz;
ALTER TABLE imports DROP CONSTRAINT IF EXISTS imports_state_check;
ALTER TABLE imports ADD CONSTRAINT imports_state_check CHECK (state IN ('queued', 'running', 'paused', 'done', 'cancelled', 'failed'));
-- Lines that are sent under a name continue the running import of that name; files run side by side.
DROP INDEX IF EXISTS imports_running_name;
CREATE UNIQUE INDEX IF NOT EXISTS imports_running_lines ON imports (project_id, name) WHERE state = 'running' AND file_id IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS imports_of_file ON imports (project_id, file_id, mode) WHERE state IN ('queued', 'running', 'paused');
CREATE INDEX IF NOT EXISTS imports_unfinished ON imports (state) WHERE file_id IS NOT NULL AND state IN ('queued', 'running');

CREATE TABLE IF NOT EXISTS import_mappings (
  project_id int NOT NULL,
  -- Hash of the heading's columns, sorted.
  heading text NOT NULL,
  mapping jsonb NOT NULL,
  used_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, heading)
);
