-- Tables of the store's own tests.
-- @sharded by person_id
CREATE TABLE IF NOT EXISTS facts (person_id UInt32, time DateTime64(3, 'UTC'), properties JSON(max_dynamic_paths = 16))
ENGINE = MergeTree ORDER BY person_id;

-- One person's rows lie on several shards; that must not matter to a reader.
-- @sharded by rand()
CREATE TABLE IF NOT EXISTS visits (person_id UInt32, page String) ENGINE = MergeTree ORDER BY person_id;

-- @sharded by rand()
CREATE TABLE IF NOT EXISTS visit_pages (page String, people AggregateFunction(groupBitmap, UInt32)) ENGINE = AggregatingMergeTree ORDER BY page;

-- @local
CREATE MATERIALIZED VIEW IF NOT EXISTS visits_to_pages TO visit_pages AS
SELECT page, groupBitmapState(person_id) AS people FROM visits GROUP BY page;
