-- Settings of collection; what a project has not set stands in the code.
CREATE TABLE IF NOT EXISTS collection_settings (
  project_id int PRIMARY KEY,
  settings jsonb NOT NULL,
  -- Secret of the project's hashes: with it gone nobody can tell whose they were.
  hash_key bytea NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE IF NOT EXISTS channel_rules (
  project_id int PRIMARY KEY,
  rules jsonb NOT NULL,
  updated_at timestamptz NOT NULL
);

-- One unit of base is rate units of quote, from this day on until the next one.
CREATE TABLE IF NOT EXISTS currency_rates (
  project_id int NOT NULL,
  base text NOT NULL,
  quote text NOT NULL,
  day date NOT NULL,
  rate double precision NOT NULL CHECK (rate > 0),
  source text NOT NULL CHECK (source IN ('import', 'hand')),
  PRIMARY KEY (project_id, base, quote, day)
);

CREATE TABLE IF NOT EXISTS personal_rules (
  project_id int NOT NULL,
  place text NOT NULL,
  name text NOT NULL,
  action text NOT NULL CHECK (action IN ('keep', 'hash', 'drop')),
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, place, name)
);

-- Where values look personal; the values themselves are not kept.
CREATE TABLE IF NOT EXISTS personal_findings (
  project_id int NOT NULL,
  place text NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  seen bigint NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, place, name, kind)
);

-- Added up by every process; `hour` is the hour of arrival.
CREATE TABLE IF NOT EXISTS quality_counts (
  project_id int NOT NULL,
  hour timestamptz NOT NULL,
  client text NOT NULL,
  measure text NOT NULL,
  reason text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (project_id, hour, client, measure, reason)
);
