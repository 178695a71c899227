-- Where ClickHouse keeps a project's settled merges, so that they need not stand in every query: table, dictionary and what they hold.
-- Everything up to `sequence` of identity_changes is in it. Whoever builds the next one holds the lease.
CREATE TABLE IF NOT EXISTS settled_merges (
  project_id integer PRIMARY KEY,
  version bigint NOT NULL DEFAULT 0,
  sequence bigint NOT NULL DEFAULT 0,
  merges bigint NOT NULL DEFAULT 0,
  form text NOT NULL DEFAULT 'dictionary',
  leased_until timestamptz
);
ALTER TABLE identity_changes ADD COLUMN IF NOT EXISTS settled_version bigint;
ALTER TABLE identity_changes ADD COLUMN IF NOT EXISTS settled_sequence bigint;

-- Events that a split gives to another person: done twice, the second time when nothing can be under way any more.
CREATE TABLE IF NOT EXISTS event_moves (
  id bigserial PRIMARY KEY,
  project_id integer NOT NULL,
  target bigint NOT NULL,
  sources bigint[] NOT NULL,
  ids jsonb NOT NULL,
  split_at timestamptz NOT NULL,
  moved_at timestamptz,
  done_at timestamptz
);
CREATE INDEX IF NOT EXISTS event_moves_open ON event_moves (id) WHERE done_at IS NULL;
