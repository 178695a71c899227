-- Whom a kept event names, as `kind:id`, so that erasing a person finds it.
ALTER TABLE quarantined_events ADD COLUMN IF NOT EXISTS person_ids text[] NOT NULL DEFAULT '{}';
CREATE INDEX IF NOT EXISTS quarantined_events_by_person ON quarantined_events USING gin (person_ids);
