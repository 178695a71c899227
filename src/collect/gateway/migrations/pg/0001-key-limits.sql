-- What a key may send; null: as much as it likes.
CREATE TABLE IF NOT EXISTS gateway_key_limits (
  project_id integer NOT NULL,
  key_id uuid NOT NULL,
  events_per_second integer,
  burst integer,
  events_per_day integer,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, key_id)
);
-- Messages that came with a key on a UTC day, over all processes.
CREATE TABLE IF NOT EXISTS gateway_key_usage (
  project_id integer NOT NULL,
  key_id uuid NOT NULL,
  day date NOT NULL,
  events bigint NOT NULL,
  PRIMARY KEY (project_id, key_id, day)
);
CREATE INDEX IF NOT EXISTS gateway_key_usage_days ON gateway_key_usage (day);
-- Processes that a limited key sent to lately: they share its rate.
CREATE TABLE IF NOT EXISTS gateway_key_processes (
  key_id uuid NOT NULL,
  process_id text NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (key_id, process_id)
);
