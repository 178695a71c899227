import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Analytics } from '@segment/analytics-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Arrival } from './contract.ts';
import { openTestGateway, type TestGateway } from './testing/open-gateway.ts';

let on: TestGateway;
beforeAll(async () => {
  on = await openTestGateway();
});
afterAll(() => on.stop());

const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` });
const send = (path: string, body: string | Buffer | object, headers: Record<string, string> = {}) =>
  fetch(`${on.url}${path}`, {
    method: 'POST',
    body: typeof body === 'string' || Buffer.isBuffer(body) ? new Uint8Array(Buffer.from(body)) : JSON.stringify(body),
    headers,
  });
const events = (projectId: number) =>
  on.kernel.clickhouse.query<{
    event: string;
    user_id: string;
    properties: Record<string, unknown>;
    person_id: number;
    time: string;
    context: string;
  }>('SELECT event, user_id, properties, person_id, time, context FROM events WHERE project_id = {projectId:UInt32} ORDER BY sequence, event', {
    projectId,
  });
async function arrivals(projectId: number): Promise<Arrival[]> {
  const answer = await fetch(`${on.url}/api/projects/${projectId}/arrivals`);
  return ((await answer.json()) as { items: Arrival[] }).items;
}

test("Segment's own Node client gets everything through", async () => {
  const { projectId, writeKey } = await on.newKeys();
  const client = new Analytics({ writeKey, host: on.url, path: '/v1/batch', flushAt: 20 });
  const failures: unknown[] = [];
  client.on('error', (error) => failures.push(error));
  client.track({ anonymousId: 'device-1', event: 'Viewed product', properties: { price: 9.5, sku: '007' } });
  client.identify({ userId: 'u1', traits: { email: 'li@example.com', vip: true } });
  client.page({ userId: 'u1', name: 'Home', properties: { path: '/' } });
  client.screen({ userId: 'u1', name: 'Cart' });
  client.group({ userId: 'u1', groupId: 'g1', traits: { plan: 'pro' } });
  client.alias({ userId: 'u1', previousId: 'device-1' });
  await client.closeAndFlush();
  expect(failures).toEqual([]);
  const rows = await events(projectId);
  expect(rows.map((row) => row.event).sort()).toEqual(['$alias', '$group', '$identify', '$page', '$screen', 'Viewed product']);
  expect(rows.find((row) => row.event === 'Viewed product')?.properties).toEqual({ price: 9.5, sku: '007' });
  const personId = await on.identity.personOf(projectId, 'user', 'u1');
  expect(await on.identity.personOf(projectId, 'anonymous', 'device-1')).toBe(personId);
  expect((await on.identity.person(projectId, personId ?? 0))?.traits).toEqual({ email: 'li@example.com', vip: true });
});

const recorded = ['segment__analytics-node.jsonl', 'segment__analytics-next.jsonl'].flatMap((name) =>
  readFileSync(join(import.meta.dirname, 'testing', 'wire', name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { case: string; method: string; url: string; headers: Record<string, string>; bodyBase64?: string })
    .filter((request) => request.method === 'POST')
    .map((request) => ({ ...request, name })),
);

test.each(recorded)('a recorded request of $name $case $url is taken whole', async (request) => {
  const { projectId, writeKey } = await on.newKeys();
  const body = Buffer.from(request.bodyBase64 ?? '', 'base64')
    .toString('utf8')
    .replaceAll('"WK"', JSON.stringify(writeKey));
  const sent = JSON.parse(body) as { batch?: { messageId: string }[] };
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  const answer = await send(request.url, body, headers);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ success: true });
  const rows = (await events(projectId)).filter((row) => row.event !== '$merged');
  expect(rows).toHaveLength(sent.batch?.length ?? 1);
});

test('the key may come in any of the usual places; a secret key is as good', async () => {
  const { projectId, writeKey, secretKey } = await on.newKeys();
  const message = { userId: 'u', event: 'E' };
  const answers = await Promise.all([
    send('/v1/track', message, basic(writeKey)),
    send('/v1/track', { ...message, writeKey }),
    send(`/v1/track/?writeKey=${writeKey}`, message),
    send('/v1/track', message, { authorization: `Bearer ${secretKey}` }),
    send('/v1/t', message, { 'x-write-key': writeKey }),
  ]);
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
  expect(await events(projectId)).toHaveLength(5);
});

test('without a key, or with a wrong one: 401', async () => {
  const none = await send('/v1/track', { userId: 'u', event: 'E' });
  expect(none.status).toBe(401);
  expect(await none.json()).toMatchObject({ success: false, error: { code: 'gateway.key_missing' } });
  const wrong = await send('/v1/track', { userId: 'u', event: 'E' }, { ...basic('wk_nope'), 'accept-language': 'zh-CN' });
  expect(wrong.status).toBe(401);
  expect(await wrong.json()).toMatchObject({ error: { code: 'gateway.key_unknown', message: expect.stringContaining('密钥') } });
});

test('packed bodies are known by their bytes, whatever the headers say', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const packed = gzipSync(JSON.stringify({ batch: [{ type: 'track', userId: 'u', event: 'E' }] }));
  expect(
    (await send('/v1/batch', packed, { ...basic(writeKey), 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' })).status,
  ).toBe(200);
  expect((await send('/v1/batch', packed, basic(writeKey))).status).toBe(200);
  expect(await events(projectId)).toHaveLength(2);
  const bomb = gzipSync(Buffer.alloc(30_000_000, ' '));
  expect(bomb.length).toBeLessThan(40_000);
  const refused = await send('/v1/batch', bomb, basic(writeKey));
  expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([413, 'gateway.body_too_large']);
  expect((await send('/v1/batch', packed.subarray(0, 20), basic(writeKey))).status).toBe(400);
});

test('any origin may send, and is told so before and after', async () => {
  const asked = await fetch(`${on.url}/v1/batch`, {
    method: 'OPTIONS',
    headers: { origin: 'https://shop.example.com', 'access-control-request-method': 'POST' },
  });
  expect(asked.status).toBe(204);
  expect(asked.headers.get('access-control-allow-origin')).toBe('https://shop.example.com');
  expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
  const refused = await send('/v1/track', {}, { origin: 'https://shop.example.com' });
  expect(refused.headers.get('access-control-allow-origin')).toBe('https://shop.example.com');
  // Beacons and some libraries send with credentials.
  expect(refused.headers.get('access-control-allow-credentials')).toBe('true');
  const strange = await fetch(`${on.url}/track`, { method: 'OPTIONS', headers: { origin: 'null', 'access-control-request-headers': 'x-my-own' } });
  expect([strange.status, strange.headers.get('access-control-allow-headers')]).toEqual([204, 'x-my-own']);
  expect((await send('/v1/track', {})).headers.get('access-control-allow-origin')).toBe('*');
});

const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });
test.each([
  ['not JSON', 'nonsense', 400, 'gateway.body_unreadable'],
  ['a list', '[]', 400, 'gateway.body_unreadable'],
  ['nobody named', { event: 'E' }, 400, 'stream.person_missing'],
  ['no name', { userId: 'u' }, 400, 'stream.event_name_missing'],
  ['a long name', { userId: 'u', event: 'x'.repeat(201) }, 400, 'stream.event_name_too_long'],
  ['a name of the system', { userId: 'u', event: '$message_sent' }, 400, 'stream.event_name_reserved'],
  ['a long property name', { userId: 'u', event: 'E', properties: { ['x'.repeat(201)]: 1 } }, 400, 'stream.property_name_too_long'],
  [
    'too many properties',
    { userId: 'u', event: 'E', properties: Object.fromEntries(Array.from({ length: 251 }, (_, i) => [`p${i}`, i])) },
    400,
    'stream.too_many_properties',
  ],
  ['too deep', { userId: 'u', event: 'E', properties: deep(10) }, 400, 'stream.too_deep'],
  ['a long id', { userId: 'u'.repeat(256), event: 'E' }, 400, 'stream.id_too_long'],
  ['an id with a NUL', { userId: 'u\u0000', event: 'E' }, 400, 'stream.id_invalid'],
  ['a list as id', { userId: ['u'], event: 'E' }, 400, 'gateway.field_invalid'],
  ['a text as properties', { userId: 'u', event: 'E', properties: 'x' }, 400, 'gateway.field_invalid'],
  ['no time', { userId: 'u', event: 'E', timestamp: 'yesterday' }, 400, 'gateway.field_invalid'],
  ['a time before 2000', { userId: 'u', event: 'E', timestamp: '1999-12-31T23:59:59Z' }, 400, 'stream.time_invalid'],
  ['too large an event', { userId: 'u', event: 'E', properties: { text: 'x'.repeat(40_000) } }, 413, 'stream.event_too_large'],
  ['too large a body', { userId: 'u', event: 'E', properties: { text: 'x'.repeat(520_000) } }, 413, 'gateway.body_too_large'],
])('%s is refused with its rule, and nothing is written', async (_, message, status, code) => {
  const { projectId, writeKey } = await on.newKeys();
  const answer = await send('/v1/track', message, basic(writeKey));
  const reply = (await answer.json()) as { success: boolean; error: { code: string; message: string } };
  expect([answer.status, reply.success, reply.error.code]).toEqual([status, false, code]);
  expect(reply.error.message).not.toContain('{{');
  expect(await events(projectId)).toEqual([]);
});

test('of a batch the usable messages are taken and each refusal says why', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const batch = [{ type: 'track', userId: 'u', event: 'Good' }, { type: 'dance', userId: 'u' }, 7, { type: 'track', event: 'Nobody' }];
  const answer = await send('/v1/batch', { batch }, basic(writeKey));
  expect(answer.status).toBe(200);
  const reply = (await answer.json()) as { success: boolean; accepted: number; refused: { index: number; code: string }[] };
  expect(reply).toMatchObject({ success: true, accepted: 1 });
  expect(reply.refused.map(({ index, code }) => [index, code])).toEqual([
    [1, 'gateway.type_unknown'],
    [2, 'gateway.message_not_object'],
    [3, 'stream.person_missing'],
  ]);
  expect((await events(projectId)).map((row) => row.event)).toEqual(['Good']);
  const hopeless = await send('/v1/batch', { batch: [7, { type: 'dance' }] }, basic(writeKey));
  expect(hopeless.status).toBe(400);
  expect(await hopeless.json()).toMatchObject({
    success: false,
    error: { code: 'gateway.nothing_usable', details: { refused: [{ index: 0 }, { index: 1 }] } },
  });
  expect((await send('/v1/batch', { batch: {} }, basic(writeKey))).status).toBe(400);
  expect(await (await send('/v1/batch', { batch: [] }, basic(writeKey))).json()).toMatchObject({ success: true, accepted: 0 });
});

test('the live debugger shows what came: who, what, which key, and why not', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const before = (await (await fetch(`${on.url}/api/projects/${projectId}/arrivals`)).json()) as { cursor: string };
  const waiting = fetch(`${on.url}/api/projects/${projectId}/arrivals?after=${encodeURIComponent(before.cursor)}&waitMs=15000`);
  const sentAt = performance.now();
  await send(
    '/v1/batch',
    {
      batch: [
        { type: 'track', userId: 'li', event: 'Bought', messageId: 'b-1', properties: { price: 3 } },
        { type: 'track', event: 'Nobody' },
      ],
    },
    basic(writeKey),
  );
  const { items } = (await (await waiting).json()) as { items: Arrival[] };
  // Told as it arrives, not when the wait is over.
  expect(performance.now() - sentAt).toBeLessThan(14_000);
  expect(items.map((item) => item.status)).toEqual(['refused', 'accepted']);
  expect(items[0]).toMatchObject({ code: 'stream.person_missing', event: 'Nobody', personId: null });
  expect(items[1]).toMatchObject({
    event: 'Bought',
    userId: 'li',
    keyKind: 'write',
    code: null,
    personId: await on.identity.personOf(projectId, 'user', 'li'),
  });
  expect(writeKey.startsWith(items[1]?.key.slice(0, -1) ?? 'none')).toBe(true);
  expect(JSON.parse(items[1]?.raw ?? '')).toMatchObject({ properties: { price: 3 } });
  await send('/v1/track', { userId: 'li', event: 'Bought', messageId: 'b-1' }, basic(writeKey));
  expect((await arrivals(projectId))[0]).toMatchObject({ status: 'duplicate', messageId: 'b-1' });
  const other = await on.newKeys();
  expect(await arrivals(other.projectId)).toEqual([]);
});

test("Segment's browser library is told where to send", async () => {
  const { writeKey } = await on.newKeys();
  const answer = await fetch(`${on.url}/v1/projects/${writeKey}/settings`);
  expect(await answer.json()).toMatchObject({ integrations: { 'Segment.io': { apiKey: writeKey, apiHost: `${new URL(on.url).host}/v1` } } });
  expect((await fetch(`${on.url}/v1/projects/nope/settings`)).status).toBe(401);
  const snippet = await fetch(`${on.url}/perennial.js`);
  expect([snippet.status, snippet.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
});
