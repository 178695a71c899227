import { createInstance, Identify, Revenue } from '@amplitude/analytics-node';
import { Umami } from '@umami/node';
import SensorsAnalytics from 'sa-sdk-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../testing/open-gateway.ts';
import { recordedRequests } from '../testing/recorded-request.ts';

let on: TestGateway;
beforeAll(async () => {
  on = await openTestGateway();
});
afterAll(async () => on.stop());

interface StoredEvent {
  event: string;
  person_id: number;
  user_id: string;
  anonymous_id: string;
  time: string;
  source: string;
  passive: number;
  properties: Record<string, unknown>;
}
const stored = (projectId: number): Promise<StoredEvent[]> =>
  on.kernel.clickhouse.query<StoredEvent>(
    `SELECT event, person_id, user_id, anonymous_id, toString(toUnixTimestamp64Milli(time)) AS time, source, passive, properties
    FROM events WHERE project_id = {projectId:UInt32} AND event != '$merged' ORDER BY time, sequence`,
    { projectId },
  );
const byName = async (projectId: number): Promise<Record<string, StoredEvent>> =>
  Object.fromEntries((await stored(projectId)).map((row) => [row.event, row]));
const traitsOf = async (projectId: number, kind: 'user' | 'anonymous', value: string): Promise<Record<string, unknown>> => {
  const personId = await on.identity.personOf(projectId, kind, value);
  return personId === undefined ? {} : ((await on.identity.person(projectId, personId))?.traits ?? {});
};
const websiteOf = (writeKey: string): string => writeKey.slice(3).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

test.each([
  ['the HTTP API at the root', '/2/httpapi', false],
  ['the batch API at the root', '/batch', true],
  ['behind its own address', '', false],
])('@amplitude/analytics-node: %s', async (_name, path, useBatch) => {
  const { projectId, writeKey } = await on.newKeys();
  const client = createInstance();
  const serverUrl = path === '' ? `${on.url}/c/amplitude/${writeKey}/2/httpapi` : `${on.url}${path}`;
  await client.init(path === '' ? 'any' : writeKey, { serverUrl, useBatch, flushQueueSize: 10, flushIntervalMillis: 20 }).promise;
  const at = Date.now() - 60_000;
  const sent = await Promise.all([
    client.track('Signed Up', { plan: 'pro', seats: 3, trial: false }, { user_id: 'user-1', device_id: 'device-1', time: at }).promise,
    client.identify(new Identify().set('city', '上海').setOnce('first', 'a').add('visits', 2), { user_id: 'user-1' }).promise,
    client.revenue(new Revenue().setPrice(9.9).setQuantity(3).setProductId('sku-1'), { user_id: 'user-1' }).promise,
    client.setGroup('company', 'acme', { user_id: 'user-1' }).promise,
  ]);
  expect(sent.map((result) => result.code)).toEqual([200, 200, 200, 200]);
  const rows = await byName(projectId);
  expect(rows['Signed Up']).toMatchObject({
    user_id: 'user-1',
    anonymous_id: 'device-1',
    source: 'amplitude',
    properties: { plan: 'pro', seats: 3, trial: false },
  });
  expect(Math.abs(Number(rows['Signed Up']?.time) - at)).toBeLessThan(30_000);
  expect(rows.revenue_amount?.properties).toMatchObject({ productId: 'sku-1', price: 9.9, quantity: 3, revenue: 29.7 });
  expect(await traitsOf(projectId, 'user', 'user-1')).toMatchObject({ city: '上海', first: 'a', visits: 2, company: 'acme' });
  expect(await on.identity.personOf(projectId, 'anonymous', 'device-1')).toBe(rows['Signed Up']?.person_id);
});

test('@amplitude/analytics-node: a wrong key is told once, a bad event is dropped and the others arrive once', async () => {
  const wrong = createInstance();
  await wrong.init('nobody-knows', { serverUrl: `${on.url}/2/httpapi`, flushMaxRetries: 1, flushIntervalMillis: 20 }).promise;
  const told = await wrong.track('E', {}, { user_id: 'user-1' }).promise;
  expect([told.code, told.message]).toEqual([400, 'Invalid API key: the key is unknown or revoked']);
  const { projectId, writeKey } = await on.newKeys();
  const client = createInstance();
  await client.init(writeKey, { serverUrl: `${on.url}/2/httpapi`, flushQueueSize: 3, flushIntervalMillis: 20 }).promise;
  const results = await Promise.all([
    client.track('Good', {}, { user_id: 'user-1' }).promise,
    client.track(`${'x'.repeat(300)}`, {}, { user_id: 'user-1' }).promise,
    client.track('Fine', {}, { user_id: 'user-1' }).promise,
  ]);
  expect(results.map((result) => result.code)).toEqual([200, 400, 200]);
  expect((await stored(projectId)).map((row) => row.event)).toEqual(['Good', 'Fine']);
});

test('Amplitude: what its documents say of wrong and large requests', async () => {
  const post = (body: unknown, path = '/2/httpapi') => fetch(`${on.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  const { writeKey } = await on.newKeys();
  const none = await post({ events: [{ event_type: 'E', user_id: 'user-1' }] });
  expect([none.status, await none.json()]).toEqual([400, { code: 400, error: 'Request missing required field', missing_field: 'api_key' }]);
  const many = await post({ api_key: writeKey, events: Array.from({ length: 2_001 }, () => ({ event_type: 'E', user_id: 'user-1' })) });
  expect([many.status, await many.json()]).toEqual([413, { code: 413, error: 'Payload too large' }]);
  const mixed = await post({
    api_key: writeKey,
    events: [{ event_type: 'E' }, { user_id: 'user-1' }, { event_type: 'E', user_id: {} }, { event_type: 'E', user_id: 'user-1' }],
  });
  expect(await mixed.json()).toMatchObject({
    code: 400,
    events_with_missing_fields: { user_id: [0], event_type: [1] },
    events_with_invalid_fields: { user_id: [2] },
    events_ingested: 1,
  });
  const form = await fetch(`${on.url}/identify`, {
    method: 'POST',
    body: new URLSearchParams({ api_key: writeKey, identification: JSON.stringify({ user_id: 'user-9', user_properties: { a: 1 } }) }),
  });
  expect([form.status, await form.text()]).toEqual([200, 'success']);
});

/** The client takes one destination a process; this lets the test have several. */
async function sensorsClient(options: object): Promise<{ sa: SensorsAnalytics; sent(count: number): Promise<void> }> {
  (globalThis as { isRunSubmitTo?: boolean }).isRunSubmitTo = false;
  const sa = new SensorsAnalytics();
  const submitter = sa.submitTo(options);
  let done = 0;
  const waiting: (() => void)[] = [];
  submitter.subscribe(() => {
    done += 1;
    for (const wake of waiting) wake();
  });
  const sent = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => (done >= count ? resolve() : undefined);
      waiting.push(check);
      check();
    });
  return { sa, sent };
}

test.each(['/sa', '/c/sensors/KEY/sa'])('sa-sdk-node at %s: events, profiles, sign-up, items', async (path) => {
  const { projectId, writeKey } = await on.newKeys();
  const { sa, sent } = await sensorsClient({ url: `${on.url}${path.replace('KEY', writeKey)}?project=default&token=${writeKey}`, gzip: true });
  sa.track('visitor-1', 'ViewProduct', { ProductId: '1', Price: 42.5, $ip: '1.2.3.4', $time: new Date(Date.now() - 5_000) });
  sa.trackSignup('user-1', 'visitor-1', { Channel: '直接流量' });
  sa.profileSet('user-1', { Age: 18, City: '上海' });
  sa.profileSetOnce('user-1', { Age: 99, First: 'a' });
  sa.profileIncrement('user-1', { Visits: 2 });
  sa.profileAppend('user-1', { Movies: ['x', 'y'] });
  sa.profileUnset('user-1', ['First']);
  sa.itemSet('book', '1', { title: '三体' });
  sa.track('user-1', 'Buy', {});
  await sent(9);
  const rows = await stored(projectId);
  // What the client sends within one millisecond has no order of its own.
  const named = rows.map((row) => `${row.event} ${row.passive}`).toSorted();
  expect(named).toEqual(['$identify 0', ...Array.from({ length: 5 }, () => '$identify 1'), 'Buy 0', 'ViewProduct 0']);
  expect(rows[0]?.properties).toMatchObject({ ProductId: '1', Price: 42.5 });
  const person = await on.identity.personOf(projectId, 'user', 'user-1');
  const ids = await Promise.all(['visitor-1', 'user-1'].map((value) => on.identity.personOf(projectId, 'anonymous', value)));
  expect(ids).toEqual([person, person]);
  expect(await traitsOf(projectId, 'user', 'user-1')).toEqual({ Age: 18, City: '上海', Visits: 2, Movies: ['x', 'y'] });
  expect((await on.items.list(projectId, { limit: 9 })).items).toMatchObject([{ type: 'book', id: '1', properties: { title: '三体' } }]);
});

test('sa-sdk-node in debug mode: dry run stores nothing, debug and track stores, faults are told', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const url = `${on.url}/sa?project=default&token=${writeKey}`;
  const dry = await sensorsClient({ url, mode: 'dryRun' });
  dry.sa.track('visitor-1', 'ViewProduct', {});
  await dry.sent(1);
  expect(await stored(projectId)).toEqual([]);
  const debug = await sensorsClient({ url, mode: 'debug_and_track', gzip: false });
  debug.sa.track('visitor-1', 'ViewProduct', {});
  await debug.sent(1);
  expect(await stored(projectId)).toHaveLength(1);
  // The client throws what it is told where nobody can catch it; what it is told:
  const told = (path: string, records: object[]) =>
    fetch(`${on.url}${path}`, { method: 'POST', body: `data_list=${encodeURIComponent(Buffer.from(JSON.stringify(records)).toString('base64'))}` });
  const good = { type: 'track', event: 'View', distinct_id: 'v' };
  const wrong = await told('/debug?token=wk_nobody', [good]);
  expect([wrong.status, await wrong.text()]).toEqual([401, 'gateway.key_unknown: The key is unknown or revoked']);
  const faulty = await told(`/debug?token=${writeKey}`, [
    good,
    { type: 'track', event: 'View', properties: { 'no identifier': 1 } },
    { type: 'nonsense' },
  ]);
  expect([faulty.status, await faulty.text()]).toEqual([
    400,
    [
      '3 faults in 3 records',
      'track View: the name of the property is no identifier of at most 100 letters, digits, _ and $: no identifier',
      'nonsense: The type of the message is none of the protocol',
      'track View: The event names nobody. Send a userId, an anonymousId or another id such as an email.',
    ].join('\n'),
  ]);
  expect((await told('/sa?token=wk_nobody', [good])).status).toBe(403);
});

test('Sensors: recorded requests of the SDK in the page, sent again without harm', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const recorded = recordedRequests('sa-sdk-javascript');
  const replay = async (): Promise<void> => {
    for (const { method, url, headers, bodyBase64 = '' } of recorded) {
      const body = method === 'POST' ? Buffer.from(bodyBase64, 'base64') : null;
      const answer = await fetch(`${on.url}/c/sensors/${writeKey}${url}`, {
        method,
        headers: { 'content-type': headers['content-type'] ?? '' },
        body,
      });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, method === 'GET' ? 'image/gif' : null]);
    }
  };
  await replay();
  const rows = await stored(projectId);
  await replay();
  expect(await stored(projectId)).toEqual(rows);
  const page = rows.find((row) => row.event === '$page');
  expect(page?.properties).toMatchObject({ path: '/p/1', $latest_traffic_source_type: 'paid', $is_first_day: true });
  expect(await traitsOf(projectId, 'user', 'u1')).toMatchObject({ Age: 18, f: 1, $first_traffic_source_type: 'paid' });
});

test('@umami/node: page, event and identify', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const umami = new Umami({ websiteId: websiteOf(writeKey), hostUrl: on.url });
  const page = await umami.track({ url: '/home', hostname: 'x.com', title: 'Home' });
  expect(await page.json()).toEqual({ cache: expect.any(String), sessionId: expect.any(String), visitId: expect.any(String) });
  expect((await umami.track('Buy', { revenue: 9.5, currency: 'USD' })).status).toBe(200);
  expect((await umami.identify({ plan: 'pro' })).status).toBe(200);
  const behind = new Umami({ websiteId: 'b59e9c65-ae32-47f1-8400-119fcf4861c4', hostUrl: `${on.url}/c/umami/${writeKey}` });
  expect((await behind.send({ website: 'b59e9c65-ae32-47f1-8400-119fcf4861c4', name: 'Known', id: 'user-1' } as never)).status).toBe(200);
  const rows = await byName(projectId);
  expect(rows.$page?.properties).toMatchObject({ url: 'https://x.com/home', path: '/home', title: 'Home' });
  expect(rows.Buy).toMatchObject({ anonymous_id: rows.$page?.anonymous_id, properties: { revenue: 9.5, currency: 'USD' } });
  expect(rows.Known).toMatchObject({ user_id: 'user-1', anonymous_id: '' });
  expect(await traitsOf(projectId, 'anonymous', rows.$page?.anonymous_id ?? '')).toEqual({ plan: 'pro' });
});

test('Umami: unknown websites, robots, batches', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const website = websiteOf(writeKey);
  const post = (path: string, body: unknown, agent = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36') =>
    fetch(`${on.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', 'user-agent': agent }, body: JSON.stringify(body) });
  const unknown = await post('/api/send', { type: 'event', payload: { website: 'b59e9c65-ae32-47f1-8400-119fcf4861c4' } });
  expect([unknown.status, await unknown.json()]).toEqual([400, { error: { message: 'Website not found.', code: 'bad-request', status: 400 } }]);
  const bot = await post('/api/send', { type: 'event', payload: { website } }, 'Googlebot/2.1');
  expect([bot.status, await bot.json()]).toEqual([200, { beep: 'boop' }]);
  const batch = await post('/api/batch', [
    { type: 'event', payload: { website, name: 'A' } },
    { type: 'nonsense', payload: { website } },
    { type: 'event', payload: { website, name: 'B' } },
  ]);
  expect(await batch.json()).toMatchObject({ size: 3, processed: 2, errors: 1, details: [{ index: 1 }], cache: expect.any(String) });
  expect((await stored(projectId)).map((row) => row.event)).toEqual(['A', 'B']);
});

test('GA4 by fetch: both protocols answer 204, the validation says what is wrong', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const post = (path: string, body: unknown) =>
    fetch(`${on.url}${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
  const micros = (Date.now() - 3_600_000) * 1_000;
  const event = { name: 'purchase', params: { value: 12.5, currency: 'CNY', items: [{ item_id: 'A', quantity: 2 }] } };
  const measured = await post(`/mp/collect?measurement_id=G-1&api_secret=${writeKey}`, {
    client_id: 'c.1',
    user_id: 'user-1',
    timestamp_micros: micros,
    events: [event],
  });
  expect([measured.status, await measured.text()]).toEqual([204, '']);
  const tagged = await post(
    `/c/ga4/${writeKey}/g/collect?v=2&tid=G-ANY&cid=c.1&sid=7&dl=https%3A%2F%2Fa.example%2Fp`,
    'en=page_view\r\nen=scroll&epn.percent=90',
  );
  expect(tagged.status).toBe(204);
  expect((await fetch(`${on.url}/g/collect?v=2&tid=G-${writeKey.slice(3).toUpperCase()}&cid=c.1&en=click`)).status).toBe(204);
  const rows = await byName(projectId);
  expect(rows.purchase).toMatchObject({ user_id: 'user-1', anonymous_id: 'c.1', properties: { revenue: 12.5, currency: 'CNY' } });
  expect(Number(rows.purchase?.time)).toBe(Math.floor(micros / 1_000));
  expect(rows.$page?.properties).toMatchObject({ url: 'https://a.example/p' });
  expect(rows.scroll?.properties).toMatchObject({ percent: 90 });
  expect(rows.click).toBeDefined();
  const checked = await post(`/debug/mp/collect?api_secret=${writeKey}`, { client_id: 'c', events: [{ name: 'session_start' }] });
  expect(await checked.json()).toMatchObject({ validationMessages: [{ fieldPath: 'events[0].name', validationCode: 'NAME_RESERVED' }] });
  expect((await post('/mp/collect?api_secret=wk_nobody', { client_id: 'c', events: [event] })).status).toBe(401);
});
