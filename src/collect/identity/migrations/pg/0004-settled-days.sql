-- Up to when (seconds since 1970, by ClickHouse's clock) the daily sets of the settled version hold what came in; null: they are not to be read.
ALTER TABLE settled_merges ADD COLUMN IF NOT EXISTS days_until bigint;
