-- The stream: every fact about every person. Small parts stay compact (one file), because a JSON column of many paths makes many files in a wide part.
-- `received` finds what arrived lately without reading the whole table: recovery after a crash needs it.
-- @sharded by person_id
CREATE TABLE IF NOT EXISTS events
(
    project_id UInt32,
    person_id UInt32,
    event LowCardinality(String),
    time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    day Date CODEC(Delta, ZSTD(1)),
    sequence UInt32 CODEC(ZSTD(1)),
    message_id String CODEC(ZSTD(1)),
    user_id String CODEC(ZSTD(1)),
    anonymous_id String CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    source LowCardinality(String),
    passive UInt8 CODEC(ZSTD(1)),
    properties JSON(max_dynamic_paths = 128),
    context String CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    INDEX received received_at TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (project_id, event, person_id, time, sequence)
SETTINGS fsync_after_insert = 1, min_bytes_for_wide_part = 268435456, min_rows_for_wide_part = 1000000;

-- Who did what on which day of the project. `event` = '' stands for anything that a person did themselves. Sets of people: writing a row twice changes nothing.
-- @sharded by rand()
CREATE TABLE IF NOT EXISTS event_days
(
    project_id UInt32,
    event LowCardinality(String),
    day Date,
    people AggregateFunction(groupBitmap, UInt32)
)
ENGINE = AggregatingMergeTree
ORDER BY (project_id, event, day)
SETTINGS fsync_after_insert = 1, index_granularity = 64;

-- Ids of all messages ever written, so that the same message twice changes nothing. Lies on the shard of its event. Small granules, because lookups are by single hashes.
-- @sharded by rand()
CREATE TABLE IF NOT EXISTS message_ids
(
    project_id UInt32,
    hash UInt128 CODEC(NONE)
)
ENGINE = ReplacingMergeTree
ORDER BY (project_id, hash)
SETTINGS fsync_after_insert = 1, index_granularity = 256;

-- @local
CREATE MATERIALIZED VIEW IF NOT EXISTS events_to_event_days TO event_days AS
SELECT project_id, arrayJoin(if(passive = 1, [toString(event)], [toString(event), ''])) AS event, day, groupBitmapState(person_id) AS people
FROM events
GROUP BY project_id, event, day;

-- @local
CREATE MATERIALIZED VIEW IF NOT EXISTS events_to_message_ids TO message_ids AS
SELECT project_id, reinterpretAsUInt128(sipHash128(message_id)) AS hash
FROM events;
