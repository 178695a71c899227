import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import S3rver from 's3rver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeParquet } from '../../kernel/parquet/parquet.ts';
import type { Import, ImportFile, Mapping } from './contract.ts';
import { openTestCollect, type TestCollect } from './testing/open-collect.ts';

// What `s3rver` lets in.
const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
const folder = mkdtempSync(join(tmpdir(), 's3-files-'));
let on: TestCollect;
let store: S3rver;
let endpoint: string;
let client: S3Client;
beforeAll(async () => {
  on = await openTestCollect({ settings: { PERENNIAL_IMPORT_PRIVATE_ADDRESSES: '1' } });
  await on.startWorkers();
  store = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: folder, configureBuckets: [{ name: 'lake', configs: [] }] });
  endpoint = `http://127.0.0.1:${((await store.run()) as AddressInfo).port}`;
  client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
});
afterAll(async () => {
  client?.destroy();
  await store?.close();
  await on?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Place {
  projectId: number;
  secretKey: string;
}
const ask = <T>(place: Place, method: 'GET' | 'POST', path: string, body?: unknown) =>
  on.ask(place.secretKey, method, `/api/projects/${place.projectId}/${path}`, body) as Promise<{ status: number; body: T }>;
const put = (key: string, content: Buffer) => client.send(new PutObjectCommand({ Bucket: 'lake', Key: key, Body: content }));

async function link(place: Place, key: string, more: object = {}): Promise<ImportFile> {
  const location = { kind: 's3', endpoint, region: 'us-east-1', bucket: 'lake', key, ...credentials, ...more };
  const linked = await ask<ImportFile>(place, 'POST', 'import-links', location);
  expect(linked.status).toBe(201);
  const state = async () => (await ask<ImportFile>(place, 'GET', `import-files/${linked.body.id}`)).body;
  await expect.poll(async () => (await state()).state).not.toBe('arriving');
  return state();
}

async function take(place: Place, file: ImportFile, more: Partial<Mapping> = {}): Promise<Import> {
  const { guess } = (await ask<{ guess: Mapping }>(place, 'GET', `import-files/${file.id}/columns`)).body;
  const started = await ask<Import>(place, 'POST', `import-files/${file.id}/runs`, { mapping: { ...guess, ...more }, mode: 'take' });
  expect(started.status).toBe(201);
  const run = async () => (await ask<{ import: Import }>(place, 'GET', `imports/${started.body.id}`)).body.import;
  await expect.poll(async () => (await run()).state, { timeout: 45_000 }).toMatch(/done|failed/);
  return run();
}

test('a packed table out of an object store is imported, and the same object again changes nothing', async () => {
  const place = await on.newProject();
  await put('exports/2026/订单 05.csv.gz', gzipSync('order_id,user_id,time,revenue\nA1,u1,2026-05-01 10:00:00,12.5\nA2,u2,2026-05-01 11:00:00,7\n'));
  const file = await link(place, 'exports/2026/订单 05.csv.gz');
  expect(file).toMatchObject({ name: '订单 05.csv.gz', state: 'ready', shape: { format: 'csv', compression: 'gzip' } });
  expect(await take(place, file, { eventName: 'Ordered' })).toMatchObject({ state: 'done', accepted: 2, refused: 0 });
  const again = await take(place, await link(place, 'exports/2026/订单 05.csv.gz'), { eventName: 'Ordered' });
  expect(again).toMatchObject({ state: 'done', accepted: 0, duplicates: 2 });
  expect((await on.events(place.projectId, 'Ordered')).map(({ user_id: user, properties }) => [user, properties.revenue])).toEqual([
    ['u1', 12.5],
    ['u2', 7],
  ]);
});

test('a Parquet file out of an object store keeps its types', async () => {
  const place = await on.newProject();
  const rows = Array.from({ length: 10 }, (_, n) => ({
    event: n % 2 === 0 ? 'Seen' : 'Bought',
    user_id: `p${n % 3}`,
    time: `2026-05-01 00:00:0${n}.000`,
    n,
    even: n % 2 === 0,
    nothing: null,
  }));
  const [lines, packed] = [join(folder, 'rows.jsonl'), join(folder, 'events.parquet')];
  writeFileSync(lines, rows.map((row) => JSON.stringify(row)).join('\n'));
  await writeParquet(lines, packed, "event String, user_id String, time DateTime64(3, 'UTC'), n Int64, even Bool, nothing Nullable(String)");
  await put('lake/events.parquet', readFileSync(packed));
  const file = await link(place, 'lake/events.parquet');
  expect(file).toMatchObject({ state: 'ready', shape: { format: 'parquet' } });
  expect(await take(place, file)).toMatchObject({ state: 'done', accepted: 10, refused: 0 });
  const [first, second] = await on.events(place.projectId);
  expect(first).toMatchObject({ event: 'Seen', user_id: 'p0', at: Date.UTC(2026, 4, 1), properties: { n: 0, even: true } });
  expect(second).toMatchObject({ event: 'Bought', user_id: 'p1', at: Date.UTC(2026, 4, 1) + 1_000, properties: { n: 1, even: false } });
});

test('what the store refuses is told, and the secret never comes back', async () => {
  const place = await on.newProject();
  const failed = (reason: string) => ({
    state: 'failed',
    failure: { code: 'imports.link_failed', details: { reason: expect.stringContaining(reason) } },
  });
  expect(await link(place, 'nothing.csv')).toMatchObject(failed('NoSuchKey'));
  expect(await link(place, 'x.csv', { bucket: 'elsewhere' })).toMatchObject(failed('NoSuchBucket'));
  const wrong = await link(place, 'exports/2026/订单 05.csv.gz', { accessKeyId: 'NOBODY', secretAccessKey: 'wrong-secret-of-mine' });
  expect(wrong).toMatchObject(failed('InvalidAccessKeyId'));
  expect(JSON.stringify(wrong)).not.toContain('wrong-secret-of-mine');
  const kept = await on.kernel.postgres.pool.query('SELECT location::text FROM import_files WHERE project_id = $1', [place.projectId]);
  expect(kept.rows.length).toBe(3);
  expect(JSON.stringify(kept.rows)).not.toContain('wrong-secret-of-mine');
});
