-- Who wants to be told about which events of a project, and since when. '*' stands for every event.
CREATE TABLE IF NOT EXISTS listeners (
  listener text NOT NULL,
  project_id integer NOT NULL,
  event text NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (project_id, listener, event)
);

-- One row per event and listener. Done rows stay for a day, so that an event that comes again is not told again.
CREATE TABLE IF NOT EXISTS announcements (
  id bigserial PRIMARY KEY,
  listener text NOT NULL,
  project_id integer NOT NULL,
  message_id text NOT NULL,
  person_id bigint NOT NULL,
  event text NOT NULL,
  time timestamptz NOT NULL,
  properties jsonb NOT NULL,
  done_at timestamptz,
  UNIQUE (listener, project_id, message_id)
);
CREATE INDEX IF NOT EXISTS announcements_waiting ON announcements (listener, id) WHERE done_at IS NULL;
CREATE INDEX IF NOT EXISTS announcements_done ON announcements (done_at) WHERE done_at IS NOT NULL;

-- Groups of events that are being written right now, with hashes of their message ids: two processes never write the same message at once, and
-- what a dead process left half written is found. Only used when several processes share the stores.
CREATE TABLE IF NOT EXISTS stream_groups (
  id uuid PRIMARY KEY,
  started_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  hashes bigint[] NOT NULL
);
