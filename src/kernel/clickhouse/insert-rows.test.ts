import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStores, type TestStores } from '../testing/open-test-stores.ts';
import { runFolder } from '../testing/opened-stores.ts';
import { insertRows } from './insert-rows.ts';

let on: TestStores;
beforeAll(async () => {
  const folder = mkdtempSync(join(runFolder(), 'slice-'));
  mkdirSync(join(folder, 'migrations', 'ch'), { recursive: true });
  const table = '-- @sharded by id\nCREATE TABLE things (id UInt32, props JSON) ENGINE = MergeTree ORDER BY id;';
  writeFileSync(join(folder, 'migrations', 'ch', '0001-things.sql'), table);
  on = await openTestStores({ slices: [{ name: 'things', folder }] });
});
afterAll(() => on.close());

test('rows that cannot be parsed are named, all others are written once', async () => {
  const rows = Array.from({ length: 23 }, (_, id) =>
    id === 4 || id === 17 ? `{"id":${id},"props":{"a":18446744073709552000}}` : `{"id":${id},"props":{"a":${id}}}`,
  );
  expect(await insertRows(on.kernel.clickhouse, 'things', rows)).toEqual([4, 17]);
  const [row] = await on.kernel.clickhouse.query<{ rows: number; ids: number }>('SELECT count() AS rows, uniqExact(id) AS ids FROM things');
  expect(row).toEqual({ rows: 21, ids: 21 });
});

test('a store that fails is not taken for bad rows', async () => {
  await expect(insertRows(on.kernel.clickhouse, 'no_such_table', ['{"id":1}'])).rejects.toThrow();
});
