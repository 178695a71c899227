import { expect, test } from 'vitest';
import { forCluster, shardedTables, splitStatements } from './clickhouse-statements.ts';

const SHARDED = new Set(['events', 'people', 'event_days']);

function placed(sql: string) {
  return splitStatements(sql).flatMap((statement) => forCluster(statement, 'two', SHARDED));
}

test('cuts at semicolons that stand outside texts and comments', () => {
  const text = `-- one; two\nCREATE FUNCTION a AS x -> ';''\\';' || x; /* ; */\nSELECT "a;b", \`c;d\`;\n-- the end;\n`;
  expect(splitStatements(text).map((statement) => statement.sql)).toEqual([
    `-- one; two\nCREATE FUNCTION a AS x -> ';''\\';' || x`,
    '/* ; */\nSELECT "a;b", `c;d`',
  ]);
});

test('makes a table of rows on each shard and one over all of them', () => {
  const sql = `-- Facts.\n-- @sharded by intHash32(person_id)\nCREATE TABLE IF NOT EXISTS events (id UInt32) ENGINE = MergeTree ORDER BY id;`;
  expect(shardedTables(splitStatements(sql))).toEqual(['events']);
  expect(placed(sql)).toEqual([
    {
      sql: '-- Facts.\n-- @sharded by intHash32(person_id)\nCREATE TABLE IF NOT EXISTS events_local (id UInt32) ENGINE = MergeTree ORDER BY id',
      place: 'each shard',
    },
    {
      sql: `CREATE TABLE IF NOT EXISTS events AS events_local ENGINE = Distributed('two', currentDatabase(), 'events_local', intHash32(person_id))`,
      place: 'each shard',
    },
  ]);
});

test('lets local views read and write the rows of their shard, and leaves equal column names alone', () => {
  const sql = `-- @local\nCREATE MATERIALIZED VIEW IF NOT EXISTS events_to_days TO event_days AS SELECT groupBitmapState(person_id) AS people FROM events JOIN other ON 1`;
  expect(placed(sql)).toEqual([
    {
      sql: `-- @local\nCREATE MATERIALIZED VIEW IF NOT EXISTS events_to_days TO event_days_local AS SELECT groupBitmapState(person_id) AS people FROM events_local JOIN other ON 1`,
      place: 'each shard',
    },
  ]);
});

test('changes columns of both tables and the storage of the one that has any', () => {
  expect(placed('ALTER TABLE events ADD COLUMN IF NOT EXISTS city String CODEC(ZSTD(1))').map(({ sql }) => sql.trim())).toEqual([
    'ALTER TABLE events_local ADD COLUMN IF NOT EXISTS city String CODEC(ZSTD(1))',
    'ALTER TABLE events ADD COLUMN IF NOT EXISTS city String',
  ]);
  expect(placed('ALTER TABLE events ADD INDEX i city TYPE minmax').map(({ sql }) => sql)).toEqual([
    'ALTER TABLE events_local ADD INDEX i city TYPE minmax',
  ]);
  expect(placed('DROP TABLE IF EXISTS events').map(({ sql }) => sql)).toEqual(['DROP TABLE IF EXISTS events_local', 'DROP TABLE IF EXISTS events']);
});

test('writes rows once, and refuses tables that do not say where their rows lie', () => {
  expect(placed('INSERT INTO events SELECT 1')).toEqual([{ sql: 'INSERT INTO events SELECT 1', place: 'anywhere' }]);
  expect(() => placed('CREATE TABLE forgotten (id UInt32) ENGINE = MergeTree ORDER BY id')).toThrow(/@sharded by/);
});
