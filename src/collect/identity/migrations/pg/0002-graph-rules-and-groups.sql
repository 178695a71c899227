-- External ids of any kind, each with the time since when it means its person.
ALTER TABLE identities DROP CONSTRAINT IF EXISTS identities_kind_check;
ALTER TABLE identities ADD COLUMN IF NOT EXISTS linked_at timestamptz;
UPDATE identities SET linked_at = people.created_at FROM people WHERE people.person_id = identities.person_id AND identities.linked_at IS NULL;
UPDATE identities SET linked_at = now() WHERE linked_at IS NULL;
ALTER TABLE identities ALTER COLUMN linked_at SET NOT NULL;
-- Numbers of people are unique in the installation.
CREATE INDEX IF NOT EXISTS identities_of_person ON identities (person_id);
DROP INDEX IF EXISTS identities_person;
CREATE UNIQUE INDEX IF NOT EXISTS merges_loser ON merges (loser);
-- `merges` alone says who was merged away.
DROP INDEX IF EXISTS people_merged;
-- From here on a person of whom nothing is known but ids has no row in `people`: their ids say that they exist and since when.

-- Ids that several people may share (a household's phone, a kiosk): they name nobody, but are shown.
CREATE TABLE IF NOT EXISTS shared_ids (
  project_id integer NOT NULL,
  kind text NOT NULL,
  value text NOT NULL,
  person_id bigint NOT NULL,
  linked_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, kind, value, person_id)
);
CREATE INDEX IF NOT EXISTS shared_ids_person ON shared_ids (project_id, person_id);

-- What undoing a merge needs. `winner` follows later merges, `direct_winner` stays.
ALTER TABLE merges ADD COLUMN IF NOT EXISTS direct_winner bigint;
ALTER TABLE merges ADD COLUMN IF NOT EXISTS ids jsonb NOT NULL DEFAULT '[]';
ALTER TABLE merges ADD COLUMN IF NOT EXISTS given_traits jsonb NOT NULL DEFAULT '{}';
ALTER TABLE merges ADD COLUMN IF NOT EXISTS message_id text;
ALTER TABLE merges ADD COLUMN IF NOT EXISTS member_id text;
UPDATE merges SET direct_winner = winner WHERE direct_winner IS NULL;

-- Changes of ids other than anonymous ones: `anonymous_id` holds the value whatever its kind; no person: the id is free again.
ALTER TABLE identity_changes ADD COLUMN IF NOT EXISTS kind text NOT NULL DEFAULT 'anonymous';
-- A merge that was undone: reads forget the loser's winner.
ALTER TABLE identity_changes ADD COLUMN IF NOT EXISTS is_undone boolean NOT NULL DEFAULT false;

-- Values of traits with their time, until ClickHouse has them.
ALTER TABLE people_to_copy ADD COLUMN IF NOT EXISTS history jsonb;

-- What happened to people's ids after their birth: links, hand-overs, merges, splits. Append-only.
CREATE TABLE IF NOT EXISTS identity_history (
  id bigserial PRIMARY KEY,
  project_id integer NOT NULL,
  person_id bigint NOT NULL,
  other_id bigint,
  action text NOT NULL,
  kind text,
  value text,
  at timestamptz NOT NULL,
  message_id text,
  member_id text,
  details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS identity_history_person ON identity_history (project_id, person_id, id);
CREATE INDEX IF NOT EXISTS identity_history_other ON identity_history (project_id, other_id, id) WHERE other_id IS NOT NULL;

-- Ids that two people claim and a rule kept apart; one row for each pair.
CREATE TABLE IF NOT EXISTS identity_conflicts (
  id bigserial PRIMARY KEY,
  project_id integer NOT NULL,
  kind text NOT NULL,
  value text NOT NULL,
  held_by bigint NOT NULL,
  wanted_by bigint NOT NULL,
  reason text NOT NULL,
  outcome text NOT NULL,
  times bigint NOT NULL DEFAULT 1,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  message_id text,
  UNIQUE (project_id, kind, value, held_by, wanted_by, reason)
);
CREATE INDEX IF NOT EXISTS identity_conflicts_latest ON identity_conflicts (project_id, last_at DESC);

-- What a project decided about a kind of id; kinds without a row follow the defaults.
CREATE TABLE IF NOT EXISTS identity_rules (
  project_id integer NOT NULL,
  kind text NOT NULL,
  holders text NOT NULL,
  per_person_max integer,
  rank integer NOT NULL,
  joins boolean NOT NULL,
  on_conflict text NOT NULL,
  PRIMARY KEY (project_id, kind)
);

-- Changes of traits that did not fit the value that stood there.
CREATE TABLE IF NOT EXISTS trait_conflicts (
  project_id integer NOT NULL,
  trait text NOT NULL,
  operation text NOT NULL,
  had text NOT NULL,
  got text NOT NULL,
  is_applied boolean NOT NULL,
  times bigint NOT NULL,
  last_at timestamptz NOT NULL,
  last_person bigint NOT NULL,
  PRIMARY KEY (project_id, trait, operation, had, got)
);

-- Companies, households and other groups that people belong to.
CREATE TABLE IF NOT EXISTS person_groups (
  project_id integer NOT NULL,
  type text NOT NULL,
  id text NOT NULL,
  traits jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  version bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (project_id, type, id)
);
CREATE TABLE IF NOT EXISTS group_members (
  project_id integer NOT NULL,
  type text NOT NULL,
  group_id text NOT NULL,
  person_id bigint NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (project_id, type, group_id, person_id)
);
CREATE INDEX IF NOT EXISTS group_members_person ON group_members (project_id, person_id);
-- Values of groups' traits with their time; null: cleared.
CREATE TABLE IF NOT EXISTS group_history (
  id bigserial PRIMARY KEY,
  project_id integer NOT NULL,
  type text NOT NULL,
  group_id text NOT NULL,
  trait text NOT NULL,
  value jsonb,
  at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS group_history_group ON group_history (project_id, type, group_id, id);
