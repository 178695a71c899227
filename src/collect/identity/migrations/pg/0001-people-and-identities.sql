-- Numbers of people: one sequence for the whole installation, taken in blocks of 500 by each process. They fit ClickHouse's UInt32.
CREATE SEQUENCE IF NOT EXISTS person_numbers AS bigint INCREMENT BY 500 MINVALUE 1 MAXVALUE 4294967000 START WITH 1;

CREATE TABLE IF NOT EXISTS people (
  project_id integer NOT NULL,
  person_id bigint NOT NULL,
  traits jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  -- Counts the changes; ClickHouse keeps the row of the highest.
  version bigint NOT NULL DEFAULT 1,
  -- Set when this person was merged away: always the final winner.
  merged_into bigint,
  PRIMARY KEY (person_id)
);
CREATE INDEX IF NOT EXISTS people_merged ON people (project_id, merged_into) WHERE merged_into IS NOT NULL;

-- Who changed and may not be in ClickHouse yet: one row a transaction, taken away when the copy is certain.
CREATE TABLE IF NOT EXISTS people_to_copy (
  id bigserial PRIMARY KEY,
  people bigint[] NOT NULL,
  changed_at timestamptz NOT NULL
);

CREATE TABLE IF NOT EXISTS identities (
  project_id integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('user', 'anonymous')),
  value text NOT NULL,
  person_id bigint NOT NULL,
  PRIMARY KEY (project_id, kind, value)
);
CREATE INDEX IF NOT EXISTS identities_person ON identities (project_id, person_id);

-- Every merge that ever was. Pending until the stream's rows carry the winner's number.
CREATE TABLE IF NOT EXISTS merges (
  project_id integer NOT NULL,
  loser bigint NOT NULL,
  winner bigint NOT NULL,
  merged_at timestamptz NOT NULL,
  squashed_at timestamptz,
  PRIMARY KEY (project_id, loser)
);
CREATE INDEX IF NOT EXISTS merges_winner ON merges (project_id, winner);
CREATE INDEX IF NOT EXISTS merges_pending ON merges (project_id, merged_at) WHERE squashed_at IS NULL;

-- What other processes must forget: merges and anonymous ids that were handed to another person. Read by number, kept for a day.
CREATE TABLE IF NOT EXISTS identity_changes (
  sequence bigserial PRIMARY KEY,
  project_id integer NOT NULL,
  loser bigint,
  winner bigint,
  anonymous_id text,
  person_id bigint,
  changed_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS identity_changes_project ON identity_changes (project_id, sequence);
