-- One plan a project. Each change leaves what it replaced, so that any version can be read again.
CREATE TABLE IF NOT EXISTS tracking_plans (
  project_id integer PRIMARY KEY,
  version integer NOT NULL,
  document jsonb NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS tracking_plan_versions (
  project_id integer NOT NULL,
  version integer NOT NULL,
  changes jsonb NOT NULL,
  note text NOT NULL,
  author text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, version)
);

-- What was seen to arrive. `event` = '' stands for traits of people. `sampled` counts events whose properties were looked at.
CREATE TABLE IF NOT EXISTS seen_events (
  project_id integer NOT NULL,
  event text NOT NULL,
  first_seen timestamptz NOT NULL,
  last_seen timestamptz NOT NULL,
  sampled bigint NOT NULL,
  surveyed_at timestamptz,
  PRIMARY KEY (project_id, event)
);
CREATE TABLE IF NOT EXISTS seen_event_days (
  project_id integer NOT NULL,
  event text NOT NULL,
  day date NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (project_id, event, day)
);
CREATE TABLE IF NOT EXISTS seen_properties (
  project_id integer NOT NULL,
  event text NOT NULL,
  property text NOT NULL,
  first_seen timestamptz NOT NULL,
  last_seen timestamptz NOT NULL,
  strings bigint NOT NULL,
  datetimes bigint NOT NULL,
  numbers bigint NOT NULL,
  integers bigint NOT NULL,
  booleans bigint NOT NULL,
  lists bigint NOT NULL,
  objects bigint NOT NULL,
  examples text[] NOT NULL,
  PRIMARY KEY (project_id, event, property)
);
CREATE TABLE IF NOT EXISTS plan_surveys (
  project_id integer PRIMARY KEY,
  surveyed_at timestamptz NOT NULL
);

CREATE TABLE IF NOT EXISTS plan_violations (
  project_id integer NOT NULL,
  day date NOT NULL,
  event text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  is_trait boolean NOT NULL,
  library text NOT NULL,
  count bigint NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  sample jsonb NOT NULL,
  PRIMARY KEY (project_id, day, event, kind, name, is_trait, library)
);

-- Events kept apart, whole, as text: what came must come out again letter by letter, and in the order in which it came.
CREATE TABLE IF NOT EXISTS quarantined_events (
  id bigserial PRIMARY KEY,
  project_id integer NOT NULL,
  message_id text NOT NULL,
  event text NOT NULL,
  state text NOT NULL CHECK (state IN ('quarantined', 'refused', 'replayed', 'discarded')),
  was_refused boolean NOT NULL,
  kinds text[] NOT NULL,
  violations jsonb NOT NULL,
  library text NOT NULL,
  source text NOT NULL,
  received_at timestamptz NOT NULL,
  sent_at timestamptz,
  body text NOT NULL,
  outcome text,
  settled_at timestamptz,
  UNIQUE (project_id, message_id)
);
CREATE INDEX IF NOT EXISTS quarantined_events_by_state ON quarantined_events (project_id, state, id);
CREATE INDEX IF NOT EXISTS quarantined_events_by_event ON quarantined_events (project_id, event, id);
