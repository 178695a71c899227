import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Import, ImportFile, Mapping, PreviewRow } from './contract.ts';
import { runImportJob } from './runs/jobs.ts';
import { openTestCollect, type TestCollect } from './testing/open-collect.ts';

let on: TestCollect;
beforeAll(async () => {
  on = await openTestCollect({ settings: { PERENNIAL_IMPORT_PRIVATE_ADDRESSES: '1' } });
  await on.startWorkers();
});
afterAll(() => on.stop());

interface Place {
  projectId: number;
  secretKey: string;
}
const below = (place: Place, path: string): string => `/api/projects/${place.projectId}/${path}`;

async function upload(place: Place, name: string, content: string | Buffer): Promise<ImportFile> {
  const bytes = Buffer.from(content);
  const created = await on.ask(place.secretKey, 'POST', below(place, 'import-files'), { name, sizeBytes: bytes.length });
  expect(created.status).toBe(201);
  return put(place, (created.body as ImportFile).id, bytes, 0);
}

async function put(place: Place, id: string, bytes: Buffer, offset: number): Promise<ImportFile> {
  const answer = await on.app.inject({
    method: 'PUT',
    url: `${below(place, `import-files/${id}/content`)}?offset=${offset}`,
    headers: { authorization: `Bearer ${place.secretKey}`, 'content-type': 'application/octet-stream' },
    payload: bytes,
  });
  return answer.json();
}

interface Look {
  file: ImportFile;
  columns: { column: string; samples: string[]; confidence: number }[];
  guess: Mapping;
  saved: Mapping | null;
}
const look = async (place: Place, file: ImportFile): Promise<Look> =>
  (await on.ask(place.secretKey, 'GET', below(place, `import-files/${file.id}/columns`))).body as Look;

async function run(place: Place, file: ImportFile, mapping: Mapping, mode: 'take' | 'check' = 'take'): Promise<Import> {
  const started = await on.ask(place.secretKey, 'POST', below(place, `import-files/${file.id}/runs`), { mapping, mode });
  expect(started).toMatchObject({ status: 201 });
  return settled(place, (started.body as Import).id);
}

async function settled(place: Place, id: string): Promise<Import> {
  const states = ['done', 'failed', 'cancelled', 'paused'];
  await expect.poll(async () => (await read(place, id)).import.state).toSatisfy((state: string) => states.includes(state));
  return (await read(place, id)).import;
}
const read = async (place: Place, id: string) =>
  (await on.ask(place.secretKey, 'GET', below(place, `imports/${id}`))).body as {
    import: Import;
    refusals: { line: number; code: string; message: string }[];
  };

const orders = [
  '订单号,用户ID,下单时间,金额,品类',
  'A1,u1,2026-05-01 10:00:00,"1,299.50",鞋',
  'A2,u2,2026-05-01 11:30:00,88,衣',
  'A3,,2026-05-01 12:00:00,5,衣',
  'A4,u4,昨天,5,衣',
  'A5,u5,2026/5/2 8:05,七块,包',
  '"A6",u1,2026-05-03 00:00:00,0.1,"包,带""引号"""',
].join('\r\n');

test('a table in GB18030 is understood, checked, imported, and the same file again changes nothing', async () => {
  const place = await on.newProject();
  // GB18030 of the table, as a spreadsheet in China saves it.
  const file = await upload(place, '订单.csv', gb18030(orders));
  expect(file).toMatchObject({ state: 'ready', shape: { format: 'csv', encoding: 'gb18030', delimiter: ',', preset: null } });
  const { guess, columns, saved } = await look(place, file);
  expect(saved).toBeNull();
  expect(columns[4]).toMatchObject({ column: '品类', samples: ['鞋', '衣', '包', '包,带"引号"'] });
  expect(Object.fromEntries(guess.columns.map(({ column, role, name }) => [column, name ?? role]))).toEqual({
    订单号: 'key',
    用户ID: 'userId',
    下单时间: 'time',
    金额: 'revenue',
    品类: 'property',
  });
  expect(guess).toMatchObject({ content: 'events', timeZone: 'Asia/Shanghai', timeFormat: 'text' });
  const nameless = await on.ask(place.secretKey, 'POST', below(place, `import-files/${file.id}/runs`), { mapping: guess, mode: 'take' });
  expect(nameless).toMatchObject({ status: 400, body: { error: { code: 'imports.mapping_incomplete', details: { gaps: ['event'] } } } });
  const mapping: Mapping = {
    ...guess,
    eventName: '下单',
    columns: guess.columns.map((column) => (column.column === '金额' ? { ...column, as: 'number' } : column)),
  };
  const preview = (await on.ask(place.secretKey, 'POST', below(place, `import-files/${file.id}/preview`), { mapping })).body as {
    rows: PreviewRow[];
  };
  expect(preview.rows[0]).toMatchObject({
    row: 1,
    event: { event: '下单', time: '2026-05-01T02:00:00.000Z', userId: 'u1', messageId: '下单:A1', properties: { revenue: 1299.5, 品类: '鞋' } },
  });
  expect(preview.rows[2]?.reason).toContain('nobody');
  expect(await run(place, file, mapping, 'check')).toMatchObject({ state: 'done', accepted: 3, refused: 3, total: 6, mode: 'check' });
  expect(await on.events(place.projectId)).toEqual([]);
  const first = await run(place, file, mapping);
  expect(first).toMatchObject({
    state: 'done',
    accepted: 3,
    duplicates: 0,
    refused: 3,
    total: 6,
    events: [{ event: '下单', count: 3 }],
    earliest: '2026-05-01T02:00:00.000Z',
  });
  const { refusals } = await read(place, first.id);
  expect(refusals.map(({ line, code }) => [line, code])).toEqual([
    [3, 'imports.row_person_missing'],
    [4, 'imports.row_time_unreadable'],
    [5, 'imports.row_value_unreadable'],
  ]);
  const stored = await on.events(place.projectId, '下单');
  expect(stored.map(({ user_id: user, at, properties }) => [user, new Date(at).toISOString(), properties.revenue, properties.品类])).toEqual([
    ['u1', '2026-05-01T02:00:00.000Z', 1299.5, '鞋'],
    ['u2', '2026-05-01T03:30:00.000Z', 88, '衣'],
    ['u1', '2026-05-02T16:00:00.000Z', 0.1, '包,带"引号"'],
  ]);
  const again = await upload(place, 'copy of it.csv', gb18030(orders));
  expect((await look(place, again)).saved).toEqual(mapping);
  expect(await run(place, again, mapping)).toMatchObject({ accepted: 0, duplicates: 3, refused: 3 });
  expect(await on.events(place.projectId, '下单')).toHaveLength(3);
});

test('bad rows come back as a table that can be mended and imported', async () => {
  const place = await on.newProject();
  const file = await upload(place, 'orders.csv', orders);
  const { guess } = await look(place, file);
  const columns = guess.columns.map((column) => (column.name === 'revenue' ? { ...column, as: 'number' as const } : column));
  const done = await run(place, file, { ...guess, eventName: 'Order', columns });
  expect(done.refused).toBe(3);
  const answer = await on.app.inject({ url: below(place, `imports/${done.id}/bad-rows`), headers: { authorization: `Bearer ${place.secretKey}` } });
  expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(answer.body.startsWith('\uFEFF_import_row,_import_reason,订单号,用户ID')).toBe(true);
  const mended = answer.body.replace('A3,,', 'A3,u3,').replaceAll('昨天', '2026-05-01').replaceAll('七块', '7');
  const second = await upload(place, 'mended.csv', mended);
  const seen = await look(place, second);
  expect(seen.guess.columns.slice(0, 2).map(({ role }) => role)).toEqual(['ignore', 'ignore']);
  expect(await run(place, second, { ...seen.guess, eventName: 'Order' })).toMatchObject({ accepted: done.refused, refused: 0 });
  expect((await on.events(place.projectId, 'Order')).map(({ message_id: id }) => id).sort()).toEqual(
    ['A1', 'A2', 'A3', 'A4', 'A5', 'A6'].map((id) => `Order:${id}`),
  );
});

test('a table of people sets traits and makes nobody active', async () => {
  const place = await on.newProject();
  const file = await upload(
    place,
    'members.csv',
    'member_id;name;phone;city;points;joined\n7;李雷;013800000001;上海;120;2025-01-02\n8;韩梅梅;;北京;;2025-02-03\n',
  );
  expect(file.shape).toMatchObject({ delimiter: ';' });
  const { guess } = await look(place, file);
  expect(guess.content).toBe('people');
  expect(await run(place, file, guess)).toMatchObject({ kind: 'people', accepted: 2, refused: 0 });
  const person = await on.identity.personOf(place.projectId, 'user', '7');
  const { traits } = (await on.identity.person(place.projectId, person ?? 0)) ?? {};
  expect(traits).toMatchObject({ name: '李雷', phone: '013800000001', city: '上海', points: 120, joined: '2025-01-02' });
  const active = await on.kernel.clickhouse.query<{ n: number }>(
    'SELECT count() AS n FROM events WHERE project_id = {projectId:UInt32} AND passive = 0',
    { projectId: place.projectId },
  );
  expect(active).toEqual([{ n: 0 }]);
});

test('an upload in pieces goes on from where it broke, and only from there', async () => {
  const place = await on.newProject();
  const bytes = gzipSync('{"event":"Old","userId":"9007199254740993123","time":1735689600,"properties":{"n":1}}\n');
  const created = (await on.ask(place.secretKey, 'POST', below(place, 'import-files'), { name: 'x.jsonl.gz', sizeBytes: bytes.length }))
    .body as ImportFile;
  expect(await put(place, created.id, bytes.subarray(0, 10), 0)).toMatchObject({ state: 'arriving', arrivedBytes: 10 });
  expect(await put(place, created.id, bytes.subarray(10), 12)).toMatchObject({ error: { code: 'imports.file_offset', details: { arrived: 10 } } });
  expect(await put(place, created.id, Buffer.concat([bytes.subarray(10), Buffer.from('x')]), 10)).toMatchObject({
    error: { code: 'imports.file_length' },
  });
  const at = (await on.ask(place.secretKey, 'GET', below(place, `import-files/${created.id}`))).body as ImportFile;
  const file = await put(place, created.id, bytes.subarray(at.arrivedBytes), at.arrivedBytes);
  expect(file).toMatchObject({ state: 'ready', shape: { format: 'jsonl', compression: 'gzip' } });
  const { guess } = await look(place, file);
  expect(await run(place, file, guess)).toMatchObject({ accepted: 1 });
  expect(await on.events(place.projectId, 'Old')).toMatchObject([{ user_id: '9007199254740993123', at: 1_735_689_600_000, properties: { n: 1 } }]);
});

test('files from an address: fetched, refused by the other side, and not asked for in private networks unless allowed', async () => {
  const server = createServer((request, response) => (request.url === '/orders.csv' ? response.end(orders) : response.writeHead(404).end()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const place = await on.newProject();
  const link = async (url: string): Promise<ImportFile> => {
    const { id } = (await on.ask(place.secretKey, 'POST', below(place, 'import-links'), { kind: 'url', url })).body as ImportFile;
    const state = async () => (await on.ask(place.secretKey, 'GET', below(place, `import-files/${id}`))).body as ImportFile;
    await expect.poll(async () => (await state()).state).not.toBe('arriving');
    return state();
  };
  try {
    expect(await link(`${origin}/orders.csv`)).toMatchObject({ name: 'orders.csv', state: 'ready', shape: { format: 'csv' } });
    expect(await link(`${origin}/nothing`)).toMatchObject({
      state: 'failed',
      failure: { code: 'imports.link_failed', details: { reason: 'HTTP 404' } },
    });
    expect(await link('http://169.254.169.254/keys')).toMatchObject({ state: 'failed', failure: { code: 'imports.link_private' } });
    expect(await on.ask(place.secretKey, 'POST', below(place, 'import-links'), { kind: 'url', url: 'file:///etc/passwd' })).toMatchObject({
      status: 400,
    });
  } finally {
    server.close();
  }
});

test('what is no table, empty, or too much is told', async () => {
  const place = await on.newProject();
  expect(await upload(place, 'empty.csv', '\n\n')).toMatchObject({ state: 'failed', failure: { code: 'imports.file_empty' } });
  expect(await upload(place, 'photo.png', Buffer.from([137, 80, 78, 71, 0, 0, 1, 2, 3]))).toMatchObject({
    state: 'failed',
    failure: { code: 'imports.file_unreadable' },
  });
  const broken = await upload(place, 'cut.gz', gzipSync(orders).subarray(0, 60));
  expect(broken.state).toBe('failed');
  expect(await on.ask(place.secretKey, 'POST', below(place, 'import-files'), { name: 'x', sizeBytes: 1e14 })).toMatchObject({ status: 413 });
  const quote = await upload(
    place,
    'quote.csv',
    `id,time,event\n${'u,2026-01-01,Seen\n'.repeat(600)}u,"2026-01-01,Seen\n${'u,2026-01-01,Seen\n'.repeat(70_000)}`,
  );
  const { guess } = await look(place, quote);
  expect(await run(place, quote, guess)).toMatchObject({ state: 'failed', failure: { code: 'imports.file_quote_open' } });
});

test('nobody else gets at files: 401, 403, 404, 400', async () => {
  const mine = await on.newProject();
  const other = await on.newProject();
  const file = await upload(mine, 'orders.csv', orders);
  const ask = (key: string, path: string) => on.ask(key, 'GET', path);
  expect((await on.app.inject({ method: 'PUT', url: below(mine, `import-files/${file.id}/content`), payload: 'x' })).statusCode).toBe(401);
  expect(
    (
      await on.app.inject({
        method: 'PUT',
        url: below(mine, `import-files/${file.id}/content`),
        headers: { authorization: `Bearer ${other.secretKey}` },
        payload: 'x',
      })
    ).statusCode,
  ).toBeGreaterThanOrEqual(403);
  expect((await ask(other.secretKey, below(other, `import-files/${file.id}/columns`))).status).toBe(404);
  expect((await ask(other.secretKey, below(other, `imports/${file.id}/bad-rows`))).status).toBe(404);
  expect((await ask(mine.secretKey, below(mine, 'import-files/none'))).status).toBe(400);
  expect((await on.ask(mine.secretKey, 'POST', below(mine, `import-files/${file.id}/runs`), { mapping: {}, mode: 'take' })).status).toBe(400);
});

/** The table's Chinese characters in GB18030, by asking the decoder for each pair of bytes. */
function gb18030(text: string): Buffer {
  const decoder = new TextDecoder('gb18030');
  const codes = new Map<string, number[]>();
  for (let first = 0x81; first <= 0xfe; first += 1)
    for (let second = 0x40; second <= 0xfe; second += 1) {
      if (second === 0x7f) continue;
      codes.set(decoder.decode(new Uint8Array([first, second])), [first, second]);
    }
  return Buffer.from([...text].flatMap((letter) => (letter.charCodeAt(0) < 128 ? [letter.charCodeAt(0)] : (codes.get(letter) ?? []))));
}

test('an import is paused, gone on with, and taken up again after a crash without taking anything twice or leaving anything out', async () => {
  const place = await on.newProject();
  const count = 12_000;
  const lines = Array.from({ length: count }, (_, n) =>
    n % 1_000 === 7 ? 'broken' : `{"event":"Long","userId":"u${n % 100}","time":${1_735_689_600 + n},"n":${n}}`,
  );
  const file = await upload(place, 'long.jsonl', lines.join('\n'));
  const { guess } = await look(place, file);
  const started = (await on.ask(place.secretKey, 'POST', below(place, `import-files/${file.id}/runs`), { mapping: guess, mode: 'take' }))
    .body as Import;
  const again = (await on.ask(place.secretKey, 'POST', below(place, `import-files/${file.id}/runs`), { mapping: guess, mode: 'take' }))
    .body as Import;
  expect(again.id).toBe(started.id);
  const wish = (verb: string) => on.ask(place.secretKey, 'POST', below(place, `imports/${started.id}/wish`), { wish: verb });
  await expect.poll(async () => (await read(place, started.id)).import.done, { interval: 20 }).toBeGreaterThan(0);
  await wish('pause');
  const paused = await settled(place, started.id);
  // It may have been faster than the wish, or have read its last line when the wish came.
  if (paused.state === 'paused') {
    expect(paused.done).toBeLessThanOrEqual(count);
    expect((await on.events(place.projectId, 'Long')).length).toBeGreaterThanOrEqual(paused.accepted);
    await wish('run');
  }
  expect(await settled(place, started.id)).toMatchObject({ state: 'done', refused: 12, total: count });
  // A crash: half of the checkpoint's work was done again, the file of bad rows was longer than what was remembered, the lease ran out.
  await on.kernel.postgres.pool.query(
    `UPDATE imports SET state = 'running', position = 4000, accepted = 3996, duplicates = 0, refused = 4, runner = 'gone', leased_until = now() - interval '1 hour', finished_at = NULL,
       bad_bytes = (bad_bytes / 3)::bigint WHERE id = $1`,
    [started.id],
  );
  await wish('run');
  await on.kernel.jobs.send(runImportJob, { projectId: place.projectId, importId: started.id });
  expect(await settled(place, started.id)).toMatchObject({ state: 'done', accepted: 3_996, duplicates: 7_992, refused: 12 });
  expect(await on.events(place.projectId, 'Long')).toHaveLength(count - 12);
  expect((await wish('pause')).status).toBe(409);
}, 180_000);
