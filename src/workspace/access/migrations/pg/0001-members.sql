CREATE TABLE IF NOT EXISTS members (
  id text PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL UNIQUE,
  email_verified boolean NOT NULL DEFAULT false,
  image text,
  locale text CHECK (locale IN ('zh-CN', 'en')),
  is_installation_owner boolean NOT NULL DEFAULT false,
  must_change_password boolean NOT NULL DEFAULT false,
  one_time_password_expires_at timestamptz,
  last_signed_in_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS member_accounts (
  id text PRIMARY KEY,
  account_id text NOT NULL,
  provider_id text NOT NULL,
  member_id text NOT NULL REFERENCES members (id) ON DELETE CASCADE,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (provider_id, account_id)
);
CREATE INDEX IF NOT EXISTS member_accounts_of_member ON member_accounts (member_id);
CREATE TABLE IF NOT EXISTS member_sessions (
  id text PRIMARY KEY,
  token text NOT NULL UNIQUE,
  member_id text NOT NULL REFERENCES members (id) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  ip_address text,
  user_agent text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS member_sessions_of_member ON member_sessions (member_id);
CREATE INDEX IF NOT EXISTS member_sessions_by_expiry ON member_sessions (expires_at);
-- better-auth refuses to run without it; codes sent by mail will stand here.
CREATE TABLE IF NOT EXISTS member_verifications (
  id text PRIMARY KEY,
  identifier text NOT NULL,
  value text NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS member_verifications_by_identifier ON member_verifications (identifier);
CREATE TABLE IF NOT EXISTS memberships (
  project_id int NOT NULL,
  member_id text NOT NULL REFERENCES members (id) ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'analyst', 'operator', 'viewer')),
  joined_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, member_id)
);
CREATE INDEX IF NOT EXISTS memberships_of_member ON memberships (member_id);
CREATE TABLE IF NOT EXISTS sign_in_failures (
  subject text PRIMARY KEY,
  failures int NOT NULL,
  last_failed_at timestamptz NOT NULL,
  blocked_until timestamptz
);
