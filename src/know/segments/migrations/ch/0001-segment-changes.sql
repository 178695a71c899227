-- Who entered and left which segment when. A person's last change (by run) says whether they are a member. `quiet` changes are told to nobody.
-- @sharded by person_id
CREATE TABLE IF NOT EXISTS segment_changes
(
    project_id UInt32,
    segment_id UInt32,
    person_id UInt32,
    entered UInt8,
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    run_id UInt64 CODEC(Delta, ZSTD(1)),
    quiet UInt8,
    INDEX at_range at TYPE minmax GRANULARITY 1,
    INDEX run_range run_id TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (project_id, segment_id, person_id, run_id)
SETTINGS fsync_after_insert = 1;
