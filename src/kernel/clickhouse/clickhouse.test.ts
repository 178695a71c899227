import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStores, type TestStores } from '../testing/open-test-stores.ts';
import type { ClickHouse } from './clickhouse.ts';

let stores: TestStores;
let clickhouse: ClickHouse;

beforeAll(async () => {
  stores = await openTestStores({ slices: [{ name: 'sample', folder: `${import.meta.dirname}/sample` }] });
  clickhouse = stores.kernel.clickhouse;
});
afterAll(() => stores.close());

const FOREVER = 'SELECT sum(sipHash64(number)) AS s FROM numbers(100000000000)';

/** Queries that the engine is running, counted on every shard. */
async function running(sql: string): Promise<number> {
  const source = clickhouse.cluster === undefined ? 'system.processes' : `clusterAllReplicas('${clickhouse.cluster}', system.processes)`;
  const rows = await clickhouse.query<{ n: number }>(
    `SELECT count() AS n FROM ${source} WHERE query LIKE {pattern:String} AND query NOT LIKE '%system.processes%'`,
    { pattern: `%${sql}%` },
  );
  return rows[0]?.n ?? 0;
}

test('binds parameters of every kind exactly', async () => {
  const text = `it's \\ "x" \n tab\t 你好 \r end`;
  const [row] = await clickhouse.query(
    'SELECT {a:UInt32} AS a, {s:String} AS s, {l:Array(String)} AS l, {n:Nullable(Int64)} AS n, {b:Bool} AS b, {f:Float64} AS f, {e:Array(UInt32)} AS e, {m:Array(Nullable(String))} AS m',
    {
      a: 1,
      s: text,
      l: ["a'b", 'c\\d\n', text],
      n: null,
      b: true,
      f: 0.1,
      e: [],
      m: [null, 'NULL'],
    },
  );
  expect(row).toEqual({ a: 1, s: text, l: ["a'b", 'c\\d\n', text], n: null, b: true, f: 0.1, e: [], m: [null, 'NULL'] });
});

test('refuses a statement whose parameter has no value, even when an earlier one had it', async () => {
  await clickhouse.query('SELECT {projectId:UInt32}', { projectId: 1 });
  await expect(clickhouse.query('SELECT {projectId:UInt32}')).rejects.toThrow(/projectId/);
});

test('binds a list that is longer than an address may be', async () => {
  const ids = Array.from({ length: 200_000 }, (_, index) => index * 7);
  expect(await clickhouse.query('SELECT length({ids:Array(UInt32)}) AS n, arraySum({ids:Array(UInt32)}) AS s', { ids })).toEqual([
    { n: ids.length, s: ids.reduce((a, b) => a + b, 0) },
  ]);
});

test('keeps types of JSON properties and times in milliseconds', async () => {
  const properties = { whole: 5, real: 1.5, text: '5', flag: true, list: [1, 2], nested: { deep: 7 } };
  await clickhouse.insert('facts', [{ person_id: 1, time: 1_700_000_000_123, properties }]);
  await clickhouse.insert('facts', `{"person_id":2,"time":"2023-11-14T22:13:20.124Z","properties":{}}\n`);
  const rows = await clickhouse.query(
    'SELECT person_id, time, toUnixTimestamp64Milli(time) AS ms, properties FROM facts WHERE time >= fromUnixTimestamp64Milli({from:Int64}) ORDER BY person_id',
    { from: 1_700_000_000_123 },
  );
  expect(rows).toEqual([
    { person_id: 1, time: '2023-11-14T22:13:20.123Z', ms: 1_700_000_000_123, properties },
    { person_id: 2, time: '2023-11-14T22:13:20.124Z', ms: 1_700_000_000_124, properties: {} },
  ]);
});

test('answers questions over all shards, also with a subquery in IN and in JOIN', async () => {
  await clickhouse.insert(
    'visits',
    Array.from({ length: 1_000 }, (_, index) => ({ person_id: index, page: `p${index % 10}` })),
  );
  await clickhouse.insert(
    'visits',
    Array.from({ length: 1_000 }, (_, index) => ({ person_id: index, page: 'again' })),
  );
  expect(await clickhouse.query('SELECT count() AS n, uniqExact(person_id) AS people FROM visits')).toEqual([{ n: 2_000, people: 1_000 }]);
  // Rows of one person lie on different shards here (sharded by rand()), so an answer per shard would be wrong.
  expect(
    await clickhouse.query(
      `SELECT uniqExact(person_id) AS n FROM visits WHERE page = 'again' AND person_id IN (SELECT person_id FROM visits WHERE page = 'p3')`,
    ),
  ).toEqual([{ n: 100 }]);
  expect(
    await clickhouse.query(
      `SELECT count() AS n FROM visits AS a INNER JOIN (SELECT person_id FROM visits WHERE page = 'p3') AS b ON a.person_id = b.person_id WHERE a.page = 'again'`,
    ),
  ).toEqual([{ n: 100 }]);
  if (clickhouse.cluster !== undefined) {
    const shards = await clickhouse.query('SELECT count() AS n FROM visits GROUP BY shardNum()');
    expect(shards).toHaveLength(2);
  }
});

test('merges bitmaps of a view that fills on each shard', async () => {
  expect(
    await clickhouse.query(
      'SELECT page, groupBitmapMerge(people) AS n FROM visit_pages WHERE page IN ({pages:Array(String)}) GROUP BY page ORDER BY page',
      { pages: ['again', 'p3'] },
    ),
  ).toEqual([
    { page: 'again', n: 1_000 },
    { page: 'p3', n: 100 },
  ]);
});

test('ends an aborted query in the engine and rejects with the reason', async () => {
  const controller = new AbortController();
  const sql = `${FOREVER} SETTINGS max_threads = 1 /* aborted */`;
  const answer = clickhouse.query(sql, {}, { signal: controller.signal });
  await expect.poll(() => running('aborted')).toBe(1);
  controller.abort(new Error('the reader left'));
  await expect(answer).rejects.toThrow('the reader left');
  await expect.poll(() => running('aborted')).toBe(0);
});

test('leaves the line when aborted while every session is busy', async () => {
  const busy = new AbortController();
  const held = Array.from({ length: 8 }, () => clickhouse.query(FOREVER, {}, { signal: busy.signal }).catch(() => {}));
  const waiting = new AbortController();
  const answer = clickhouse.query('SELECT 1', {}, { signal: waiting.signal });
  waiting.abort(new Error('not any more'));
  await expect(answer).rejects.toThrow('not any more');
  await clickhouse.query('SELECT 1', {}, { lane: 'write' });
  busy.abort();
  await Promise.all(held);
});

test('stops what passes its time or memory', async () => {
  await expect(clickhouse.query(FOREVER, {}, { maxSeconds: 0.3 })).rejects.toMatchObject({
    code: 'clickhouse.too_slow',
    status: 422,
    details: { seconds: 0.3 },
  });
  await expect(
    clickhouse.query('SELECT length(groupArray(number)) FROM numbers(500000000)', {}, { maxMemoryBytes: 50_000_000 }),
  ).rejects.toMatchObject({ code: 'clickhouse.too_much_memory' });
  // Limits and settings of one statement do not stay for the next.
  expect(await clickhouse.query(`SELECT getSetting('max_execution_time') AS s, getSetting('max_memory_usage') AS m`)).toEqual([
    { s: 60, m: 4_294_967_296 },
  ]);
  await clickhouse.query('SELECT 1', {}, { settings: { max_threads: 1 } });
  const settings = await Promise.all(
    Array.from({ length: 6 }, () => clickhouse.query<{ changed: number }>(`SELECT changed FROM system.settings WHERE name = 'max_threads'`)),
  );
  expect(settings.flat().every(({ changed }) => changed === 0)).toBe(true);
});

test('streams in chunks and ends the query when the loop is left', async () => {
  let rows = 0;
  let chunks = 0;
  for await (const chunk of clickhouse.stream<{ number: number }>('SELECT number FROM numbers({n:UInt64})', { n: 300_000 })) {
    rows += chunk.length;
    chunks += 1;
  }
  expect(rows).toBe(300_000);
  expect(chunks).toBeGreaterThan(1);
  for await (const chunk of clickhouse.stream('SELECT number FROM numbers(100000000000) /* left */')) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  await expect.poll(() => running('left')).toBe(0);
  await expect(
    (async () => {
      for await (const chunk of clickhouse.stream(
        `SELECT throwIf(number = 200000, 'broken row') FROM numbers(1000000) SETTINGS max_block_size = 1000`,
      ))
        void chunk;
    })(),
  ).rejects.toThrow(/broken row/);
});

test('inserts beside a heavy query, and keeps nothing of an insert that is wrong', async () => {
  const controller = new AbortController();
  const heavy = clickhouse.query(FOREVER, {}, { signal: controller.signal }).catch(() => {});
  await clickhouse.insert('facts', [{ person_id: 77, time: 0, properties: {} }]);
  controller.abort();
  await heavy;
  await expect(clickhouse.insert('facts', [{ person_id: 78, time: 0, properties: {} }, { person_id: 'x' }])).rejects.toThrow();
  expect(await clickhouse.query('SELECT person_id FROM facts WHERE person_id IN (77, 78)')).toEqual([{ person_id: 77 }]);
});

test('changes rows on every shard through their own tables', async () => {
  await clickhouse.commandOnEachShard(
    `ALTER TABLE ${clickhouse.localTable('visits')} DELETE WHERE page = {page:String}`,
    { page: 'again' },
    { settings: { mutations_sync: 1 } },
  );
  expect(await clickhouse.query(`SELECT count() AS n FROM visits`)).toEqual([{ n: 1_000 }]);
});
