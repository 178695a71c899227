-- Every value that a trait of a person had, with its time. `value` is JSON text; empty: cleared. `version` orders what was written: the person's
-- version and the place within one group of events.
-- @sharded by person_id
CREATE TABLE IF NOT EXISTS trait_changes
(
    project_id UInt32,
    person_id UInt32,
    trait LowCardinality(String),
    value String CODEC(ZSTD(1)),
    at DateTime64(3, 'UTC'),
    version UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY (project_id, person_id, trait, version)
SETTINGS fsync_after_insert = 1;
