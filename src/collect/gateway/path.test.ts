import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Arrival } from './contract.ts';
import { openTestGateway, type TestGateway } from './testing/open-gateway.ts';
import { storedEvents } from './testing/stored.ts';

/* The one way of events from outside, with enrichment and the tracking plan in it. */

let on: TestGateway;
beforeAll(async () => {
  on = await openTestGateway();
});
afterAll(() => on.stop());

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${on.url}${path}`, { method: 'POST', body: JSON.stringify(body), headers });
const api = (projectId: number, path: string, method = 'GET', body?: object) =>
  fetch(`${on.url}/api/projects/${projectId}/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
async function arrivals(projectId: number, query = ''): Promise<Arrival[]> {
  return ((await (await api(projectId, `arrivals${query}`)).json()) as { items: Arrival[] }).items;
}
const browser =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';

test('what came stands beside what it became: a page of a phone from Nanjing', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const message = {
    anonymousId: 'd1',
    properties: { url: 'https://shop.example.com/p/1?utm_source=wechat&utm_medium=social', path: '/p/1' },
    context: { ip: '114.114.114.114', page: { url: 'https://shop.example.com/p/1?utm_source=wechat&utm_medium=social' } },
  };
  expect((await post(`/v1/page?writeKey=${writeKey}`, message, { 'user-agent': browser, origin: 'https://shop.example.com' })).status).toBe(200);
  const [row] = await storedEvents(on, projectId);
  expect(row?.properties).toMatchObject({ $country: 'CN', $os: 'iOS', $utm_source: 'wechat' });
  const [arrival] = await arrivals(projectId);
  const { ip: _, ...context } = message.context;
  expect(JSON.parse(arrival?.raw ?? '')).toEqual({ ...message, context: { ...context, ip: '114.114.114.0' } });
  expect(JSON.parse(arrival?.became ?? '')).toMatchObject({ event: '$page', properties: { $country: 'CN', $os: 'iOS' } });
  expect(arrival).toMatchObject({ status: 'accepted', dialect: 'segment', personId: row?.person_id });
});

test('what the project hashes, drops or shortens at the door is not shown as it was sent either', async () => {
  const { projectId, writeKey } = await on.newKeys();
  await sql`INSERT INTO personal_rules (project_id, place, name, action, updated_at) VALUES (${projectId}, 'property', 'email', 'hash', now()),
    (${projectId}, 'trait', 'phone', 'drop', now())`.execute(on.kernel.postgres.as<object>());
  const message = {
    userId: 'u',
    event: 'E',
    properties: { email: 'a@b.com', size: 4 },
    context: { ip: '114.114.114.114', traits: { phone: '13912345678' } },
  };
  expect((await post(`/v1/track?writeKey=${writeKey}`, message)).status).toBe(200);
  expect((await post(`/v1/track?writeKey=${writeKey}`, { ...message, timestamp: 'never' })).status).toBe(400);
  const [unread, taken] = await arrivals(projectId);
  for (const shown of [unread, taken]) {
    const sent = JSON.parse(shown?.raw ?? '') as typeof message;
    expect([sent.properties, sent.context]).toEqual([
      { email: '••••••', size: 4 },
      { ip: '114.114.114.0', traits: { phone: '••••••' } },
    ]);
    expect(shown?.masked).toEqual([
      { path: 'properties.email', action: 'hash' },
      { path: 'context.ip', action: 'truncate' },
      { path: 'context.traits.phone', action: 'drop' },
    ]);
    expect(JSON.stringify(shown)).not.toMatch(/a@b\.com|13912345678|114\.114\.114\.114/);
  }
  expect(unread?.became).toBeNull();
  await on.kernel.postgres.pool.query(
    'INSERT INTO gateway_key_limits (project_id, key_id, events_per_second, burst, changed_at) SELECT project_id, id, 1, 1, now() FROM api_keys WHERE project_id = $1',
    [projectId],
  );
  on.kernel.bus.publish('key-limits', { projectId });
  await expect.poll(async () => (await post(`/v1/track?writeKey=${writeKey}`, message)).status).toBe(429);
  const refused = (await arrivals(projectId, '?status=refused')).find((each) => each.code === 'gateway.rate_limited');
  expect(refused).toMatchObject({ became: null, raw: expect.stringContaining('••••••') });
  expect(JSON.stringify(refused)).not.toMatch(/a@b\.com|13912345678/);
});

test('a server speaks for people: neither its address nor its user agent is theirs', async () => {
  const { projectId, writeKey } = await on.newKeys();
  await post(
    `/v1/track?writeKey=${writeKey}`,
    { userId: 'u', event: 'E', context: { library: { name: 'analytics-python' } } },
    { 'user-agent': browser },
  );
  const [row] = await storedEvents(on, projectId);
  expect(Object.keys(row?.properties ?? {}).filter((name) => /^\$(os|browser|country|device)/.test(name))).toEqual([]);
});

test('the tracking plan warns, keeps apart, refuses and drops, and the live view says why', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const save = async (event: string, definition: object) =>
    expect((await api(projectId, 'tracking-plan/event', 'PUT', { event, definition })).status).toBe(200);
  const properties = { price: { type: 'number' } };
  await save('Warned', { properties, rules: { wrong_type: 'warn' } });
  await save('Kept apart', { properties, rules: { wrong_type: 'quarantine' } });
  await save('Refused', { properties, rules: { wrong_type: 'refuse' } });
  await save('Blocked', { status: 'blocked' });
  const batch = [
    { type: 'track', userId: 'u', event: 'Warned', properties: { price: 'nine' } },
    { type: 'track', userId: 'u', event: 'Kept apart', properties: { price: 'nine' } },
    { type: 'track', userId: 'u', event: 'Refused', properties: { price: 'nine' } },
    { type: 'track', userId: 'u', event: 'Blocked' },
    { type: 'track', userId: 'u', event: 'Fine', properties: { price: 9 } },
  ];
  const answer = await post('/v1/batch', { writeKey, batch });
  expect([answer.status, await answer.json()]).toMatchObject([
    200,
    { success: true, accepted: 4, refused: [{ index: 2, code: 'tracking-plan.event_refused' }] },
  ]);
  expect((await storedEvents(on, projectId)).map((row) => row.event).sort()).toEqual(['Fine', 'Warned']);
  const shown = await arrivals(projectId);
  expect(
    shown.map((arrival) => [arrival.event, arrival.status, arrival.code, arrival.violations.map(({ kind, name }) => `${kind} ${name}`)]),
  ).toEqual([
    ['Fine', 'accepted', null, []],
    ['Blocked', 'dropped', 'gateway.dropped_blocked', [expect.stringContaining('blocked_event')]],
    ['Refused', 'refused', 'tracking-plan.event_refused', ['wrong_type price']],
    ['Kept apart', 'quarantined', 'gateway.quarantined', ['wrong_type price']],
    ['Warned', 'accepted', null, ['wrong_type price']],
  ]);
  expect((await arrivals(projectId, '?status=quarantined')).map((arrival) => arrival.event)).toEqual(['Kept apart']);
  expect((await arrivals(projectId, '?search=warn')).map((arrival) => arrival.event)).toEqual(['Warned']);
});

test('other slices send by the same path', async () => {
  const { projectId } = await on.newKeys();
  const event = {
    messageId: 'm1',
    kind: 'track' as const,
    event: 'Ordered',
    userId: 'u',
    time: Date.now(),
    sequence: 0,
    properties: { n: 1 },
    context: {},
  };
  const taken = await on.gateway.takeEvents(projectId, 'shop webhook', [
    { raw: { order: 1 }, event },
    { raw: { order: 2 }, event: { ...event, messageId: 'm2', userId: '' } },
  ]);
  expect(taken).toMatchObject({ accepted: 1, duplicates: 0, refused: [{ index: 1, code: 'stream.id_invalid' }] });
  expect(await storedEvents(on, projectId)).toMatchObject([{ event: 'Ordered', source: 'shop webhook' }]);
  expect((await arrivals(projectId)).map((arrival) => [arrival.key, arrival.dialect, arrival.status])).toEqual([
    ['shop webhook', 'shop webhook', 'refused'],
    ['shop webhook', 'shop webhook', 'accepted'],
  ]);
});

test('addresses below /c/: the key in the path, 401 for a wrong one, 404 for a client that is none', async () => {
  const { projectId, writeKey } = await on.newKeys();
  expect((await post(`/c/segment/${writeKey}/v1/track/`, { userId: 'u', event: 'Here' })).status).toBe(200);
  expect((await post(`/c/segment/${writeKey.slice(3)}/v1/track`, { userId: 'u', event: 'By its digits' })).status).toBe(200);
  expect((await post('/c/segment/wk_nope/v1/track', { userId: 'u', event: 'x' })).status).toBe(401);
  const unknown = await post(`/c/fax/${writeKey}/send`, {});
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { code: 'gateway.client_unknown' } }]);
  const settings = (await (await fetch(`${on.url}/c/segment/${writeKey}/v1/projects/${writeKey}/settings`)).json()) as {
    integrations: { 'Segment.io': { apiHost: string } };
  };
  expect(settings.integrations['Segment.io'].apiHost).toBe(`${new URL(on.url).host}/c/segment/${writeKey}/v1`);
  expect((await storedEvents(on, projectId)).map((row) => row.event).sort()).toEqual(['By its digits', 'Here']);
});
