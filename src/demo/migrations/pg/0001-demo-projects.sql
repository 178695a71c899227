CREATE TABLE IF NOT EXISTS demo_projects (
  project_id int PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('waiting', 'importing', 'ready', 'failed')),
  total int NOT NULL DEFAULT 0,
  done int NOT NULL DEFAULT 0,
  -- The day (project's zone) that the data ends on: fixed by the first attempt, so that a repeated one makes the same events.
  ends_on date NOT NULL,
  is_live boolean NOT NULL DEFAULT false,
  -- Only one worker plays the live stream or imports at a time.
  lease_until timestamptz
);
