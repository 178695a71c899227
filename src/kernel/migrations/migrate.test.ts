import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPostgres } from '../postgres/open-postgres.ts';
import { openTestStores, type TestStores } from '../testing/open-test-stores.ts';
import { migrate } from './migrate.ts';

let stores: TestStores;
let folder: string;

beforeEach(async () => {
  stores = await openTestStores();
  folder = mkdtempSync(join(tmpdir(), 'perennial-migrations-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await stores.close();
});

function write(file: string, text: string): void {
  const path = join(folder, 'migrations', file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}

function run(postgres = stores.kernel.postgres): Promise<void> {
  const { clickhouse, log } = stores.kernel;
  return migrate({ slices: [{ name: 'sample', folder }], postgres, clickhouse, log });
}

async function applied(): Promise<string[]> {
  const { rows } = await stores.kernel.postgres.pool.query<{ file: string }>(
    `SELECT store || '/' || file AS file FROM kernel_migrations ORDER BY applied_at, store DESC, file`,
  );
  return rows.map((row) => row.file);
}

test('applies each file once, in order, and a new one later', async () => {
  write('pg/0001-marks.sql', 'CREATE TABLE marks (id int); INSERT INTO marks VALUES (1);');
  write('pg/0002-more.sql', 'ALTER TABLE marks ADD COLUMN name text;');
  write('ch/0001-points.sql', '-- @sharded by rand()\nCREATE TABLE IF NOT EXISTS points (id UInt32) ENGINE = MergeTree ORDER BY id;');
  await run();
  await run();
  expect(await applied()).toEqual(['pg/0001-marks.sql', 'pg/0002-more.sql', 'ch/0001-points.sql']);
  write('ch/0002-labels.sql', `ALTER TABLE points ADD COLUMN IF NOT EXISTS label String DEFAULT 'none';`);
  await run();
  await stores.kernel.clickhouse.insert('points', [{ id: 1 }, { id: 2, label: 'two' }]);
  expect(await stores.kernel.clickhouse.query('SELECT id, label FROM points ORDER BY id')).toEqual([
    { id: 1, label: 'none' },
    { id: 2, label: 'two' },
  ]);
  expect((await stores.kernel.postgres.pool.query('SELECT id, name FROM marks')).rows).toEqual([{ id: 1, name: null }]);
});

test('refuses a file that has changed since it was applied', async () => {
  write('pg/0001-marks.sql', 'CREATE TABLE marks (id int);');
  await run();
  write('pg/0001-marks.sql', 'CREATE TABLE marks (id bigint);');
  await expect(run()).rejects.toThrow(/sample\/pg\/0001-marks\.sql was applied .* and has changed/);
});

test('leaves nothing of a PostgreSQL file that breaks, and says which it was', async () => {
  write('pg/0001-marks.sql', 'CREATE TABLE marks (id int); SELECT nonsense;');
  await expect(run()).rejects.toThrow(/sample\/pg\/0001-marks\.sql failed: column "nonsense"/);
  write('pg/0001-marks.sql', 'CREATE TABLE marks (id int);');
  await run();
  expect(await applied()).toEqual(['pg/0001-marks.sql']);
});

test('refuses names that are out of order', async () => {
  write('pg/1-short.sql', 'SELECT 1');
  await expect(run()).rejects.toThrow(/NNNN/);
  rmSync(join(folder, 'migrations'), { recursive: true });
  write('pg/0001-one.sql', 'SELECT 1');
  write('pg/0001-other.sql', 'SELECT 1');
  await expect(run()).rejects.toThrow(/0001 is taken/);
});

test.runIf(process.env.PERENNIAL_TEST_FORM === 'server')('lets several processes migrate at once', async () => {
  write('pg/0001-marks.sql', 'CREATE TABLE marks (id int); SELECT pg_sleep(0.2); INSERT INTO marks VALUES (1);');
  write(
    'ch/0001-points.sql',
    '-- @sharded by rand()\nCREATE TABLE IF NOT EXISTS points (id UInt32) ENGINE = MergeTree ORDER BY id;\nINSERT INTO points VALUES (1);',
  );
  const url = new URL(process.env.PERENNIAL_TEST_DATABASE_URL ?? '');
  const { rows } = await stores.kernel.postgres.pool.query<{ name: string }>('SELECT current_database() AS name');
  url.pathname = `/${rows[0]?.name}`;
  const others = await Promise.all(Array.from({ length: 4 }, () => openPostgres({ dataFolder: folder, url: url.href, log: stores.kernel.log })));
  try {
    await Promise.all(others.map((postgres) => run(postgres)));
  } finally {
    await Promise.all(others.map((postgres) => postgres.close()));
  }
  expect((await stores.kernel.postgres.pool.query('SELECT id FROM marks')).rows).toEqual([{ id: 1 }]);
  expect(await stores.kernel.clickhouse.query('SELECT count() AS n FROM points')).toEqual([{ n: 1 }]);
});
