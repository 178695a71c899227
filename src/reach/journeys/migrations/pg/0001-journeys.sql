CREATE TABLE IF NOT EXISTS journeys (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id int NOT NULL,
  name text NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'live', 'paused', 'archived')),
  draft jsonb NOT NULL,
  -- The version that people enter; null before the first publication.
  version int,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  published_at timestamptz,
  archived_at timestamptz,
  UNIQUE (project_id, name)
);

-- Never changed: a run is pinned to one.
CREATE TABLE IF NOT EXISTS journey_versions (
  journey_id int NOT NULL REFERENCES journeys (id),
  version int NOT NULL,
  project_id int NOT NULL,
  definition jsonb NOT NULL,
  published_at timestamptz NOT NULL,
  PRIMARY KEY (journey_id, version)
);

CREATE TABLE IF NOT EXISTS journey_runs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id int NOT NULL,
  journey_id int NOT NULL,
  version int NOT NULL,
  person_id bigint NOT NULL,
  arm text NOT NULL CHECK (arm IN ('treatment', 'control')),
  state text NOT NULL CHECK (state IN ('active', 'ended')),
  outcome text NOT NULL,
  -- Where the person stands; `is_waiting` once a wait has begun there, `resolution` when what it waited for has come.
  node text,
  visit int NOT NULL DEFAULT 0,
  is_waiting boolean NOT NULL DEFAULT false,
  resolution text,
  -- When the person came to the step, when the step is due, and when a worker may take the row: later than due while one holds it.
  arrived_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  wake_at timestamptz NOT NULL,
  lease_owner text,
  trigger_message_id text NOT NULL,
  trigger_properties jsonb NOT NULL,
  entered_at timestamptz NOT NULL,
  goal_until timestamptz NOT NULL,
  goal_at timestamptz,
  ended_at timestamptz,
  UNIQUE (journey_id, trigger_message_id)
) WITH (fillfactor = 80);
CREATE INDEX IF NOT EXISTS journey_runs_due ON journey_runs (journey_id, wake_at) WHERE state = 'active';
CREATE INDEX IF NOT EXISTS journey_runs_of_person ON journey_runs (project_id, person_id);
CREATE INDEX IF NOT EXISTS journey_runs_listed ON journey_runs (journey_id, entered_at DESC, id DESC);

CREATE TABLE IF NOT EXISTS journey_steps (
  run_id bigint NOT NULL,
  node text NOT NULL,
  visit int NOT NULL,
  project_id int NOT NULL,
  journey_id int NOT NULL,
  version int NOT NULL,
  person_id bigint NOT NULL,
  outcome text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (run_id, node, visit)
);
CREATE INDEX IF NOT EXISTS journey_steps_counted ON journey_steps (journey_id, version, node, outcome);

-- Events that somebody inside a journey did and that a wait further on may ask for, because the person can reach it before the event is told.
CREATE TABLE IF NOT EXISTS journey_heard (
  project_id int NOT NULL,
  person_id bigint NOT NULL,
  event text NOT NULL,
  time timestamptz NOT NULL,
  message_id text NOT NULL,
  properties jsonb NOT NULL,
  PRIMARY KEY (project_id, person_id, event, message_id)
);
CREATE INDEX IF NOT EXISTS journey_heard_by_time ON journey_heard (time);

-- Triggers that did not let a person in: the last one for each reason.
CREATE TABLE IF NOT EXISTS journey_refusals (
  journey_id int NOT NULL,
  person_id bigint NOT NULL,
  reason text NOT NULL,
  project_id int NOT NULL,
  at timestamptz NOT NULL,
  times int NOT NULL,
  PRIMARY KEY (journey_id, person_id, reason)
);
