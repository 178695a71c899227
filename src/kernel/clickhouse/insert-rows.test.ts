import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStores, type TestStores } from '../testing/open-test-stores.ts';
import { runFolder } from '../testing/opened-stores.ts';
import { insertBinaryRows, insertRows } from './insert-rows.ts';
import { RowWriter } from './row-writer.ts';

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

test('binary rows too, whatever letters their texts hold', async () => {
  const rows = new RowWriter();
  const texts = ['', 'plain', 'é;\n\n柚😀', 'x'.repeat(127), 'x'.repeat(128), 'x'.repeat(5_000), '柚'.repeat(3_000), 'x'.repeat(300_000)];
  const written = [...texts.keys(), 100, 101].map((place) => {
    rows.begin();
    rows.uint32(1_000 + place);
    rows.text(place >= 100 ? '{"a":' : JSON.stringify({ text: texts[place] }));
    return rows.end();
  });
  const bad = written.splice(-2, 1);
  expect(await insertBinaryRows(on.kernel.clickhouse, { table: 'things', columns: ['id', 'props'] }, [...bad, ...written])).toEqual([
    0,
    texts.length + 1,
  ]);
  const kept = await on.kernel.clickhouse.query<{ id: number; text: string }>(
    'SELECT id, props.text.:String AS text FROM things WHERE id >= 1000 ORDER BY id',
  );
  expect(kept.map(({ text }) => text ?? '')).toEqual(texts);
  await expect(insertBinaryRows(on.kernel.clickhouse, { table: 'no_such_table', columns: ['id'] }, written)).rejects.toThrow();
});

test('a store that fails is not taken for bad rows', async () => {
  await expect(insertRows(on.kernel.clickhouse, 'no_such_table', ['{"id":1}'])).rejects.toThrow();
});
