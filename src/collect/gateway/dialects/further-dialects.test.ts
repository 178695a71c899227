import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../testing/open-gateway.ts';

let on: TestGateway;
beforeAll(async () => {
  on = await openTestGateway();
});
afterAll(async () => on.stop());

interface StoredEvent {
  event: string;
  user_id: string;
  anonymous_id: string;
  time: string;
  source: string;
  properties: Record<string, unknown>;
}
const stored = (projectId: number): Promise<StoredEvent[]> =>
  on.kernel.clickhouse.query<StoredEvent>(
    `SELECT event, user_id, anonymous_id, toString(toUnixTimestamp64Milli(time)) AS time, source, properties
    FROM events WHERE project_id = {projectId:UInt32} AND event != '$merged' ORDER BY received_at, time, sequence`,
    { projectId },
  );
const traitsOf = async (projectId: number, kind: string, value: string): Promise<Record<string, unknown>> => {
  const personId = await on.identity.personOf(projectId, kind, value);
  return personId === undefined ? {} : ((await on.identity.person(projectId, personId))?.traits ?? {});
};
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const send = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${on.url}${path}`, {
    method: 'POST',
    headers: { 'user-agent': CHROME, 'content-type': 'text/plain', ...headers },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });

test('Plausible: short and long names, money, engagement, robots', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const url = 'https://a.example/p?ref=newsletter';
  const page = await send('/api/event', { n: 'pageview', v: 36, u: url, d: writeKey, r: 'https://www.baidu.com/', p: { tier: 'gold' } });
  expect([page.status, await page.text()]).toEqual([202, 'ok']);
  await send(`/c/plausible/${writeKey}/api/event`, { n: 'Buy', u: url, d: 'a.example', p: '{"sku":"x"}', $: { currency: 'USD', amount: '9.5' } });
  await send(`/c/plausible/${writeKey}/api/event`, { name: 'engagement', url, domain: 'a.example', e: 1200, sd: 40, i: false });
  const bot = await send(`/c/plausible/${writeKey}/api/event`, { n: 'pageview', u: url, d: 'a.example' }, { 'user-agent': 'Googlebot/2.1' });
  expect([bot.status, bot.headers.get('x-plausible-dropped')]).toEqual([202, '1']);
  expect(await stored(projectId)).toMatchObject([
    { event: '$page', source: 'plausible', properties: { url, path: '/p', referrer: 'https://www.baidu.com/', tier: 'gold' } },
    { event: 'Buy', properties: { sku: 'x', revenue: 9.5, currency: 'USD' } },
    { event: '$page_leave', properties: { engagement_time_ms: 1200, scroll_depth: 40 } },
  ]);
  const wrong = await send('/api/event', { n: 'pageview', u: url, d: 'unknown.example' });
  expect([wrong.status, Object.keys((await wrong.json()) as object)]).toEqual([400, ['errors']]);
});

test('OpenPanel shares /track with Mixpanel and is known by its header', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const call = (type: string, payload: object) => send('/track', { type, payload }, { 'openpanel-client-id': writeKey, 'openpanel-sdk-name': 'web' });
  const first = await call('track', { name: 'screen_view', properties: { __path: 'https://a.example/p', __title: 'P' } });
  expect([first.status, Object.keys((await first.json()) as object)]).toEqual([200, ['deviceId', 'sessionId']]);
  await call('identify', { profileId: 'u-1', firstName: 'Li', email: 'li@example.com', properties: { tier: 'gold' } });
  await call('increment', { profileId: 'u-1', property: 'visits', value: 2 });
  await call('decrement', { profileId: 'u-1', property: 'visits' });
  await call('track', { name: 'revenue', profileId: 'u-1', properties: { __revenue: 42, sku: 'x' } });
  expect((await call('replay', {})).status).toBe(202);
  const rows = await stored(projectId);
  expect(rows.map((row) => row.event)).toEqual(['$page', '$identify', '$identify', '$identify', 'revenue']);
  expect(rows[0]?.properties).toMatchObject({ url: 'https://a.example/p', title: 'P' });
  expect(rows[4]?.properties).toMatchObject({ revenue: 42, sku: 'x' });
  expect(await traitsOf(projectId, 'user', 'u-1')).toMatchObject({ firstName: 'Li', tier: 'gold', visits: 1 });
  expect((await send('/track', { type: 'track', payload: { name: 'x' } }, { 'openpanel-client-id': 'nobody' })).status).toBe(401);
});

test('Countly: sessions, views, events, profile, a changed device id; every answer has a result', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const form = (fields: Record<string, unknown>): string => {
    const sent = new URLSearchParams({ app_key: writeKey, device_id: 'd-1', timestamp: '1795331829000' });
    for (const [name, value] of Object.entries(fields)) sent.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
    return sent.toString();
  };
  const events = [
    { key: '[CLY]_view', count: 1, segmentation: { name: '/p', visit: 1 }, timestamp: 1795331829001 },
    { key: 'Buy', count: 2, sum: 9.5, dur: 3, segmentation: { sku: 'x' }, timestamp: 1795331829002 },
  ];
  const body = form({ begin_session: 1, metrics: { _os: 'Linux' }, events });
  for (const _again of [1, 2]) {
    const reply = await send('/i', body);
    expect([reply.status, await reply.json()]).toEqual([200, { result: 'Success' }]);
  }
  await send('/i', form({ user_details: { name: 'Li', custom: { tier: 'gold', visits: { $inc: 2 } } }, timestamp: 1795331829100 }));
  await send('/i', form({ device_id: 'u-1', old_device_id: 'd-1', timestamp: 1795331829200 }));
  const bulk = await fetch(
    `${on.url}/i/bulk?${new URLSearchParams({ app_key: writeKey, device_id: 'u-1', requests: JSON.stringify([{ end_session: 1, session_duration: 20, timestamp: 1795331830 }]) })}`,
  );
  expect(await bulk.json()).toEqual({ result: 'Success' });
  const rows = await stored(projectId);
  expect(rows.map((row) => row.event)).toEqual(['$session_start', '$page', 'Buy', '$identify', '$identify', '$session_end']);
  expect(rows[2]).toMatchObject({ time: '1795331829002', properties: { sku: 'x', count: 2, sum: 9.5, duration: 3 } });
  const ids = await Promise.all(['d-1', 'u-1'].map((id) => on.identity.personOf(projectId, 'anonymous', id)));
  expect(ids[0]).toBe(ids[1]);
  expect(await traitsOf(projectId, 'anonymous', 'd-1')).toMatchObject({ name: 'Li', tier: 'gold', visits: 2 });
  expect(await (await send('/i', 'app_key=nobody&device_id=d&begin_session=1')).json()).toEqual({ result: 'App does not exist' });
  expect(await (await fetch(`${on.url}/o/sdk?method=sc&app_key=${writeKey}`)).json()).toMatchObject({ v: 1 });
});

test('Jitsu: Segment’s messages with the key before the colon', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const message = { userId: 'u-1', event: 'Buy', properties: { revenue: 3 }, messageId: 'm-1' };
  const reply = await send('/api/s/track', { type: 'track', ...message }, { 'x-write-key': `${writeKey}:secret` });
  expect([reply.status, await reply.json()]).toEqual([200, { ok: true }]);
  expect((await send('/api/s/s2s/identify', { userId: 'u-1', traits: { tier: 'gold' } }, { 'x-write-key': writeKey })).status).toBe(200);
  expect((await stored(projectId)).map((row) => row.event)).toEqual(['Buy', '$identify']);
  expect(await (await send('/api/s/track', message, { 'x-write-key': 'nobody:x' })).json()).toMatchObject({ ok: false });
});

test('Matomo: one by one as a picture, in bulk, orders and events', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const query = (fields: Record<string, string>): string =>
    new URLSearchParams({ idsite: '1', rec: '1', _id: 'aaaabbbbccccdddd', ...fields }).toString();
  const page = await fetch(
    `${on.url}/c/matomo/${writeKey}/matomo.php?${query({ url: 'https://a.example/p?utm_source=s', action_name: 'P', uid: 'u-1' })}`,
  );
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'image/gif']);
  const requests = [
    `?${query({ e_c: 'Video', e_a: 'Play', e_n: 'Trailer', e_v: '5', cdt: '1795331829' })}`,
    `?${query({ idgoal: '0', ec_id: 'A-1', revenue: '12.5', ec_items: '[["x","X","c",6.25,2]]' })}`,
    `?${query({ ping: '1' })}`,
  ];
  const bulk = await send('/piwik.php', { requests, token_auth: writeKey });
  expect(await bulk.json()).toMatchObject({ status: 'success', tracked: 2, invalid: 0 });
  const rows = Object.fromEntries((await stored(projectId)).map((row) => [row.event, row]));
  expect(rows.$page).toMatchObject({ user_id: 'u-1', anonymous_id: 'aaaabbbbccccdddd', properties: { path: '/p', title: 'P' } });
  expect(rows.Play).toMatchObject({ time: '1795331829000', properties: { category: 'Video', name: 'Trailer', value: 5 } });
  expect(rows.purchase?.properties).toMatchObject({ order_id: 'A-1', revenue: 12.5 });
});

test('ThinkingData: packed lists, forms of the page, users, times on a clock', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const base = { '#account_id': 'u-1', '#distinct_id': 'd-1', '#time': '2026-11-20 10:00:00.250' };
  const records = [
    {
      ...base,
      '#type': 'track',
      '#event_name': 'Buy',
      '#uuid': '7c76aca1-432f-46f6-93ab-15b2792ffca6',
      '#ip': '1.2.3.4',
      properties: { '#lib': 'nodejs', '#zone_offset': 9, sku: 'x' },
    },
    { ...base, '#type': 'user_set', properties: { City: '上海' } },
    { ...base, '#type': 'user_add', properties: { Visits: 2 } },
    { ...base, '#type': 'user_uniq_append', properties: { Tags: ['a', 'b'] } },
  ];
  for (const _again of [1, 2]) {
    const reply = await send('/sync_server', gzipSync(JSON.stringify(records.slice(0, 1))), {
      appid: writeKey.slice(3),
      compress: 'gzip',
      'content-type': 'application/plaintext',
    });
    expect(await reply.json()).toEqual({ code: 0 });
  }
  await send('/sync_server', records.slice(1), { appid: writeKey.slice(3) });
  const page = { ...base, '#type': 'track', '#event_name': 'ta_pageview', properties: { '#url': 'https://a.example/p', '#title': 'P' } };
  const data = encodeURIComponent(Buffer.from(JSON.stringify({ data: [page], '#app_id': writeKey.slice(3) })).toString('base64'));
  expect(await (await send('/sync_js', `data=${data}&version=1`)).json()).toEqual({ code: 0 });
  const rows = await stored(projectId);
  expect(rows.map((row) => row.event)).toEqual(['Buy', '$identify', '$identify', '$identify', '$page']);
  expect(rows[0]).toMatchObject({
    user_id: 'u-1',
    anonymous_id: 'd-1',
    time: String(Date.parse('2026-11-20T10:00:00.250+09:00')),
    properties: { sku: 'x' },
  });
  expect(rows[4]).toMatchObject({
    time: String(Date.parse('2026-11-20T10:00:00.250+08:00')),
    properties: { url: 'https://a.example/p', path: '/p', title: 'P' },
  });
  expect(await traitsOf(projectId, 'user', 'u-1')).toEqual({ City: '上海', Visits: 2, Tags: ['a', 'b'] });
  expect(await (await send('/sync_server', records, { appid: 'nobody' })).json()).toMatchObject({ code: -2 });
});
