import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import S3rver from 's3rver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Clock } from '../../kernel/clock.ts';
import { readParquet } from '../../kernel/parquet/parquet.ts';
import { createSecretBox } from '../../kernel/secret-box.ts';
import { openTestCollect, type TestCollect } from '../imports/testing/open-collect.ts';
import { trackEvent } from '../stream/testing/open-stream.ts';
import type { Destination, Download } from './contract.ts';
import { deliveryLimits } from './delivery/delivery.ts';
import { DeliveryRunner } from './delivery/runner.ts';
import { door } from './index.ts';

interface Heard {
  id: string;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  body: {
    type: string;
    test?: boolean;
    events?: { messageId: string; event: string; properties: Record<string, unknown>; personId: number }[];
    people?: { ids: unknown; traits: Record<string, unknown> }[];
  };
}

let on: TestCollect;
let receiver: Server;
let receiverUrl: string;
let answer: () => number = () => 200;
let heard: Heard[] = [];
let store: S3rver;
let storeUrl: string;
const folder = mkdtempSync(join(tmpdir(), 'exports-test-'));
const settings = { PERENNIAL_EXPORT_PRIVATE_ADDRESSES: '1' };

beforeAll(async () => {
  on = await openTestCollect({ more: [door], settings, isQuiet: true });
  await on.startWorkers();
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = answer();
      const text = Buffer.concat(chunks).toString('utf8');
      if (status === 200)
        heard.push({ id: String(request.headers['webhook-id']), headers: request.headers, text, body: JSON.parse(text) as Heard['body'] });
      response.writeHead(status).end('so it is');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  store = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: folder, configureBuckets: [{ name: 'lake', configs: [] }] });
  const { port } = (await store.run()) as AddressInfo;
  storeUrl = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await store.close();
  await on.stop();
  rmSync(folder, { recursive: true, force: true });
});

const below = (projectId: number, path: string): string => `/api/projects/${projectId}/${path}`;
/** A runner like the product's whose stretches end now, on a clock that can run ahead. */
function runnerAt(clock: Clock = on.kernel.clock): DeliveryRunner {
  const limits = { ...deliveryLimits, webhookMarginMs: 0, storeMarginMs: 0, idleMs: 0, retryFirstMs: 0 };
  const box = createSecretBox(on.kernel.secret, 'exports');
  return new DeliveryRunner({ kernel: { ...on.kernel, clock }, identity: on.identity, box, allowsPrivate: true, limits });
}
async function work(runner: DeliveryRunner, rounds = 3): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await runner.look();
    await runner.idle();
  }
}
const send = (projectId: number, count: number, more: object = {}) =>
  on.stream.accept(
    projectId,
    Array.from({ length: count }, (_, n) => trackEvent({ event: 'Bought', userId: `u${n % 10}`, properties: { n }, ...more })),
    { receivedAt: Date.now(), source: 'test' },
  );

test('a webhook gets every event in signed batches, again after refusals, and late ones too', async () => {
  const { projectId, secretKey } = await on.newProject();
  const since = new Date(Date.now() - 60_000).toISOString();
  const created = await on.ask(secretKey, 'POST', below(projectId, 'export-destinations'), {
    kind: 'webhook',
    name: 'Ours',
    url: receiverUrl,
    content: ['events', 'people'],
    since,
    headers: { 'x-team': 'growth' },
  });
  expect(created.status).toBe(201);
  const { destination, signingSecret } = created.body as { destination: Destination; signingSecret: string };
  expect(JSON.stringify(destination)).not.toContain(signingSecret);
  heard = [];
  await send(projectId, 1_200);
  await on.stream.accept(projectId, [trackEvent({ kind: 'identify', event: '$identify', userId: 'u1', traits: { city: '上海' } })], {
    receivedAt: Date.now(),
    source: 'test',
  });
  let refusals = 2;
  answer = () => (refusals-- > 0 ? 503 : 200);
  const runner = runnerAt();
  await work(runner, 1);
  const failing = (await on.ask(secretKey, 'GET', below(projectId, `export-destinations/${destination.id}`))).body as {
    destination: Destination;
    backlog: number;
  };
  expect(failing).toMatchObject({
    destination: { state: 'failing', attempts: 1, failure: { code: 'exports.answered', details: { status: 503, answer: 'so it is' } } },
    backlog: 1_201,
  });
  await work(runner, 4);
  answer = () => 200;
  const events = heard.flatMap(({ body }) => body.events ?? []);
  expect(events).toHaveLength(1_201);
  expect(new Set(events.map((event) => event.messageId)).size).toBe(1_201);
  expect(heard.filter(({ body }) => body.events).every(({ body }) => (body.events?.length ?? 0) <= 500)).toBe(true);
  const told = heard.flatMap(({ body }) => body.people ?? []);
  expect(told).toContainEqual(expect.objectContaining({ traits: { city: '上海' }, ids: [{ kind: 'user', value: 'u1' }] }));
  for (const { id, headers, text } of heard) {
    const signature = createHmac('sha256', Buffer.from(signingSecret.slice(6), 'base64'))
      .update(`${id}.${headers['webhook-timestamp']}.${text}`)
      .digest('base64');
    expect(headers).toMatchObject({ 'webhook-signature': `v1,${signature}`, 'x-team': 'growth' });
  }
  expect((await on.ask(secretKey, 'GET', below(projectId, `export-destinations/${destination.id}`))).body).toMatchObject({
    backlog: 0,
    destination: { state: 'running', deliveredEvents: 1_201 },
  });
  // An event whose row was written long after it arrived: the stretch is counted again and goes again.
  const [window] = await on.kernel.postgres.pool
    .query('SELECT window_from FROM export_windows WHERE destination_id = $1', [destination.id])
    .then(({ rows }) => rows as { window_from: Date }[]);
  await on.kernel.clickhouse.insert('events', [
    {
      project_id: projectId,
      person_id: 1,
      event: 'Late',
      time: Date.now(),
      day: '2026-01-01',
      message_id: 'late-one',
      properties: {},
      context: '{}',
      received_at: (window?.window_from.getTime() ?? 0) + 1,
    },
  ]);
  heard = [];
  await work(runnerAt({ now: () => Date.now() + 17 * 60_000 }));
  expect(heard.flatMap(({ body }) => body.events ?? []).map((event) => event.messageId)).toContain('late-one');
});

test('one batch that goes again keeps its id, and pausing ends it', async () => {
  const { projectId, secretKey } = await on.newProject();
  const made = await on.ask(secretKey, 'POST', below(projectId, 'export-destinations'), {
    kind: 'webhook',
    name: 'Gone',
    url: receiverUrl,
    content: ['events'],
    events: ['Kept'],
    since: new Date(Date.now() - 60_000).toISOString(),
  });
  const { destination } = made.body as { destination: Destination };
  await send(projectId, 3, { event: 'Kept' });
  await send(projectId, 3, { event: 'Other' });
  heard = [];
  const first = runnerAt();
  await work(first);
  expect(heard.flatMap(({ body }) => body.events ?? []).map(({ event }) => event)).toEqual(['Kept', 'Kept', 'Kept']);
  const [{ id: sentId } = { id: '' }] = heard;
  // A crash after sending and before it was written down.
  await on.kernel.postgres.pool.query(
    `UPDATE export_destinations SET cursor_at = $2, window_from = $2, cursor_id = '', next_at = now() - interval '1 hour' WHERE id = $1`,
    [destination.id, new Date(Date.now() - 60_000)],
  );
  heard = [];
  await work(first);
  expect(heard.map(({ id }) => id)).toEqual([sentId]);
  answer = () => 410;
  await send(projectId, 1, { event: 'Kept' });
  await on.kernel.postgres.pool.query(`UPDATE export_destinations SET next_at = now() - interval '1 hour' WHERE id = $1`, [destination.id]);
  await work(first);
  answer = () => 200;
  expect((await on.ask(secretKey, 'GET', below(projectId, `export-destinations/${destination.id}`))).body).toMatchObject({
    destination: { state: 'paused', failure: { details: { status: 410 } } },
    backlog: 1,
  });
  expect(await on.ask(secretKey, 'POST', below(projectId, `export-destinations/${destination.id}/test`))).toMatchObject({
    status: 200,
    body: { ok: true },
  });
  expect(heard.at(-1)?.body).toMatchObject({ test: true });
  expect((await on.ask(secretKey, 'DELETE', below(projectId, `export-destinations/${destination.id}`))).status).toBe(204);
});

test('a store gets Parquet files by day, one set for a stretch however often it is written', async () => {
  const { projectId, secretKey } = await on.newProject('UTC');
  const since = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString();
  const made = await on.ask(secretKey, 'POST', below(projectId, 'export-destinations'), {
    kind: 's3',
    name: 'Lake',
    endpoint: storeUrl,
    bucket: 'lake',
    prefix: 'p1',
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
    everyMinutes: 60,
    content: ['events', 'people'],
    since,
  });
  const { destination } = made.body as { destination: Destination };
  expect(JSON.stringify(destination)).not.toMatch(/secret/i);
  expect(await on.ask(secretKey, 'POST', below(projectId, `export-destinations/${destination.id}/test`))).toMatchObject({ body: { ok: true } });
  await send(projectId, 30, { time: Date.UTC(2026, 3, 1, 12), properties: { price: 12.5, 名称: '茶' } });
  await send(projectId, 20, { time: Date.UTC(2026, 3, 2, 12) });
  const later = { now: () => Date.now() + 2 * 3_600_000 };
  await work(runnerAt(later), 4);
  const client = new S3Client({
    endpoint: storeUrl,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
  });
  const keys = async (): Promise<string[]> =>
    ((await client.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix: 'p1/' }))).Contents ?? []).map(({ Key = '' }) => Key).sort();
  const found = await keys();
  const events = found.filter((key) => key.startsWith('p1/events/'));
  expect(events.map((key) => key.slice(0, 'p1/events/day=2026-04-01'.length))).toEqual(['p1/events/day=2026-04-01', 'p1/events/day=2026-04-02']);
  expect(found.filter((key) => key.startsWith('p1/people/'))).toHaveLength(1);
  expect(found.filter((key) => key.startsWith('p1/manifests/'))).toHaveLength(2);
  const body = await client.send(new GetObjectCommand({ Bucket: 'lake', Key: events[0] }));
  const file = join(folder, 'fetched.parquet');
  await (await import('node:fs/promises')).writeFile(file, (await body.Body?.transformToByteArray()) ?? '');
  const rows = await rowsOf(file);
  expect(rows).toHaveLength(30);
  expect(rows[0]).toMatchObject({ event: 'Bought', time: '2026-04-01T12:00:00.000Z', user_id: expect.stringMatching(/^u/) as string });
  expect(JSON.parse(String(rows[0]?.properties))).toEqual({ price: 12.5, 名称: '茶' });
  // Written again from the start, as after a crash before it was remembered: the same names.
  await on.kernel.postgres.pool.query(
    `UPDATE export_destinations SET window_from = $2, cursor_at = $2, next_at = now() - interval '1 hour' WHERE id = $1`,
    [destination.id, since],
  );
  await work(runnerAt(later), 4);
  expect(await keys()).toEqual(found);
  client.destroy();
});

test('files for download hold exactly the events and people asked for, in each format', async () => {
  const { projectId, secretKey } = await on.newProject('UTC');
  await send(projectId, 25, { time: Date.UTC(2026, 3, 1), properties: { formula: '=1+1' } });
  await send(projectId, 5, { event: '=cmd', time: Date.UTC(2026, 3, 2) });
  const make = async (asked: object): Promise<{ download: Download; text: Buffer }> => {
    const { status, body } = await on.ask(secretKey, 'POST', below(projectId, 'export-downloads'), asked);
    expect(status).toBe(201);
    const { id } = body as Download;
    const now = async () =>
      ((await on.ask(secretKey, 'GET', below(projectId, 'export-downloads'))).body as { items: Download[] }).items.find((item) => item.id === id);
    await expect.poll(async () => (await now())?.state).toBe('done');
    const answer = await on.app.inject({
      url: below(projectId, `export-downloads/${id}/content`),
      headers: { authorization: `Bearer ${secretKey}` },
    });
    return { download: (await now()) as Download, text: answer.rawPayload };
  };
  const lines = await make({ content: 'events', format: 'jsonl', until: '2026-04-02T00:00:00Z' });
  expect(lines.download).toMatchObject({ rows: 25, total: 25 });
  expect(lines.text.toString().trim().split('\n')).toHaveLength(25);
  const table = await make({ content: 'events', format: 'csv', events: ['=cmd'] });
  expect(table.text.toString()).toContain(",'=cmd,2026-04-02T00:00:00.000Z");
  expect(table.download.rows).toBe(5);
  const parquet = await make({ content: 'people', format: 'parquet' });
  const file = join(folder, 'people.parquet');
  await (await import('node:fs/promises')).writeFile(file, parquet.text);
  expect(await rowsOf(file)).toHaveLength(10);
  const empty = await make({ content: 'events', format: 'parquet', events: ['nothing'] });
  expect(empty.download.rows).toBe(0);
});

test('others see nothing, wrong input is told, and private addresses need the setting', async () => {
  const mine = await on.newProject();
  const other = await on.newProject();
  const made = await on.ask(mine.secretKey, 'POST', below(mine.projectId, 'export-destinations'), {
    kind: 'webhook',
    name: 'X',
    url: receiverUrl,
    content: ['events'],
  });
  const { destination } = made.body as { destination: Destination };
  const path = (projectId: number): string => below(projectId, `export-destinations/${destination.id}`);
  expect((await on.app.inject({ url: path(mine.projectId) })).statusCode).toBe(401);
  expect((await on.ask(other.secretKey, 'GET', path(mine.projectId))).status).toBeGreaterThanOrEqual(403);
  for (const [method, body] of [
    ['GET', undefined],
    ['PATCH', { name: 'Y' }],
    ['DELETE', undefined],
  ] as const)
    expect((await on.ask(other.secretKey, method, path(other.projectId), body)).status).toBe(404);
  expect(
    (await on.ask(mine.secretKey, 'POST', below(mine.projectId, 'export-destinations'), { kind: 'webhook', name: '', url: 'ftp://x', content: [] }))
      .status,
  ).toBe(400);
  expect((await on.ask(mine.secretKey, 'POST', below(mine.projectId, 'export-downloads'), { content: 'events', format: 'xls' })).status).toBe(400);
  const meta = await on.ask(mine.secretKey, 'POST', below(mine.projectId, 'export-destinations'), {
    kind: 'webhook',
    name: 'Meta',
    url: 'http://169.254.169.254/',
    content: ['events'],
  });
  const { id } = (meta.body as { destination: Destination }).destination;
  expect(await on.ask(mine.secretKey, 'POST', below(mine.projectId, `export-destinations/${id}/test`))).toMatchObject({
    body: { ok: false, code: 'exports.private_address' },
  });
});

async function rowsOf(file: string): Promise<Record<string, unknown>[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of readParquet(file)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8').trim();
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
}
