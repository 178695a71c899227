-- When a set last grew, by the clock of its shard: what came since the settled sets were made is added to them when they are read.
ALTER TABLE event_days ADD COLUMN IF NOT EXISTS changed_at SimpleAggregateFunction(max, DateTime) DEFAULT now();
ALTER TABLE event_days MATERIALIZE COLUMN changed_at;

-- The daily sets with settled merges put in: the numbers of winners. One partition per version of a project's settled merges; each can be made again from event_days.
-- @sharded by rand()
CREATE TABLE IF NOT EXISTS event_days_settled
(
    project_id UInt32,
    version UInt64,
    event LowCardinality(String),
    day Date,
    people AggregateFunction(groupBitmap, UInt32)
)
ENGINE = AggregatingMergeTree
PARTITION BY (project_id, version)
ORDER BY (project_id, version, event, day)
SETTINGS fsync_after_insert = 1, index_granularity = 64;
