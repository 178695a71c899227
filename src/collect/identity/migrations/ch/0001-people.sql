-- A copy of PostgreSQL's people, for audiences and lists. `gone` = 1: merged away or erased.
-- @sharded by person_id
CREATE TABLE IF NOT EXISTS people
(
    project_id UInt32,
    person_id UInt32,
    traits JSON(max_dynamic_paths = 128),
    created_at DateTime64(3, 'UTC'),
    version UInt64,
    gone UInt8
)
ENGINE = ReplacingMergeTree(version, gone)
ORDER BY (project_id, person_id)
SETTINGS fsync_after_insert = 1, min_bytes_for_wide_part = 268435456, min_rows_for_wide_part = 1000000;
