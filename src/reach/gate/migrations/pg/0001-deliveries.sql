CREATE TABLE IF NOT EXISTS deliveries (
  id uuid PRIMARY KEY,
  project_id int NOT NULL,
  person_id bigint NOT NULL,
  channel text NOT NULL,
  operation text NOT NULL,
  variant text NOT NULL,
  node text NOT NULL,
  idempotency_key text NOT NULL,
  cancel_key text NOT NULL,
  category text NOT NULL,
  arm text NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'outbox', 'failed', 'skipped', 'unknown')),
  reason text,
  address text,
  subject text,
  html text,
  plain text,
  -- When it is due: the first time, or the next try. Null when nothing more happens by itself.
  send_at timestamptz,
  -- The instant at which it counts for caps.
  counts_at timestamptz,
  attempts int NOT NULL DEFAULT 0,
  last_error text,
  lease_owner text,
  lease_until timestamptz,
  -- Set before the last byte goes to the mail server: from here on the outcome is unknown until its answer is written.
  handing_at timestamptz,
  sent_at timestamptz,
  created_at timestamptz NOT NULL,
  UNIQUE (project_id, idempotency_key)
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (send_at) WHERE state = 'queued';
CREATE INDEX IF NOT EXISTS deliveries_in_hand ON deliveries (lease_until) WHERE state = 'sending';
CREATE INDEX IF NOT EXISTS deliveries_by_time ON deliveries (project_id, created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS deliveries_of_person ON deliveries (project_id, person_id, created_at DESC);
CREATE INDEX IF NOT EXISTS deliveries_of_operation ON deliveries (project_id, operation, node);
CREATE INDEX IF NOT EXISTS deliveries_to_cancel ON deliveries (project_id, cancel_key) WHERE state = 'queued';
CREATE INDEX IF NOT EXISTS deliveries_for_caps ON deliveries (project_id, person_id, channel, counts_at)
  WHERE category = 'marketing' AND state IN ('queued', 'sending', 'sent', 'outbox', 'unknown');

CREATE TABLE IF NOT EXISTS delivery_settings (
  project_id int PRIMARY KEY,
  quiet_from text,
  quiet_to text,
  cap_day int,
  cap_week int,
  from_name text,
  from_address text,
  reply_to text
);

CREATE TABLE IF NOT EXISTS opt_outs (
  project_id int NOT NULL,
  channel text NOT NULL,
  person_id bigint NOT NULL,
  -- Lower case; the same address under another number is opted out too, so that a merge loses no refusal.
  address text,
  source text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, channel, person_id)
);
CREATE INDEX IF NOT EXISTS opt_outs_by_address ON opt_outs (project_id, channel, address);

CREATE TABLE IF NOT EXISTS suppressions (
  project_id int NOT NULL,
  address text NOT NULL,
  reason text NOT NULL,
  detail text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, address)
);
