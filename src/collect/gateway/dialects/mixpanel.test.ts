import { gzipSync } from 'node:zlib';
import Mixpanel from 'mixpanel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../testing/open-gateway.ts';
import { groupsOf, replayAll, storedEvents, traitsOf } from '../testing/stored.ts';

let on: TestGateway;
beforeAll(async () => {
  on = await openTestGateway();
});
afterAll(() => on.stop());

const done = (call: (callback: (error?: Error) => void) => void) =>
  new Promise<void>((resolve, reject) => {
    call((error) => (error ? reject(error) : resolve()));
  });
const post = (path: string, body: string | Buffer | object, headers: Record<string, string> = {}) =>
  fetch(`${on.url}${path}`, {
    method: 'POST',
    body: typeof body === 'string' || Buffer.isBuffer(body) ? new Uint8Array(Buffer.from(body)) : JSON.stringify(body),
    headers,
  });
const basic = (user: string, password = '') => ({ authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` });

test.each([false, true])("Mixpanel's own Node client gets everything through (verbose %s)", async (verbose) => {
  const { projectId, writeKey } = await on.newKeys();
  const client = Mixpanel.init(writeKey, { host: new URL(on.url).host, protocol: 'http', verbose });
  await done((callback) => client.track('Signed up', { distinct_id: 'u1', plan: 'pro', n: 1.5 }, callback));
  // The same again, without an id of its own: it happened twice.
  await done((callback) => client.track('Signed up', { distinct_id: 'u1', plan: 'pro', n: 1.5 }, callback));
  await done((callback) =>
    client.track_batch(
      [
        { event: 'A', properties: { distinct_id: 'u1', text: '常青 ÿÿ>>>???' } },
        { event: 'B', properties: { distinct_id: 'u1', $insert_id: 'one' } },
        { event: 'B', properties: { distinct_id: 'u1', $insert_id: 'one' } },
      ],
      {},
      (errors) => callback(Array.isArray(errors) ? errors[0] : undefined),
    ),
  );
  await done((callback) => client.alias('u1', 'an1', callback));
  await done((callback) => client.people.set('u1', { $email: 'li@example.com', $first_name: 'Li', age: 30 }, callback));
  await done((callback) => client.people.set_once('u1', { first: 'a', age: 1 }, callback));
  await done((callback) => client.people.increment('u1', 'age', 2, callback));
  await done((callback) => client.people.append('u1', 'list', 'x', callback));
  await done((callback) => client.people.union('u1', { list: ['x', 'y'] }, callback));
  await done((callback) => client.people.remove('u1', { list: 'x' }, callback));
  await done((callback) => client.people.unset('u1', 'first', callback));
  await done((callback) => client.people.track_charge('u1', 9.5, { sku: 's1' }, callback));
  await done((callback) => client.groups.set('company', 'c1', { seats: 5 }, callback));
  const rows = await storedEvents(on, projectId);
  const named = (name: string) => rows.filter((row) => row.event === name);
  expect([named('Signed up').length, named('A').length, named('B').length]).toEqual([2, 1, 1]);
  expect(named('Signed up')[0]).toMatchObject({
    user_id: 'u1',
    source: 'mixpanel',
    properties: { plan: 'pro', n: 1.5 },
    context: { library: { name: 'mixpanel-node' } },
  });
  expect(named('A')[0]?.properties).toMatchObject({ text: '常青 ÿÿ>>>???' });
  expect(named('$charge')[0]?.properties).toMatchObject({ revenue: 9.5, sku: 's1' });
  expect(new Set(rows.map((row) => row.person_id)).size).toBe(1);
  expect(await on.identity.personOf(projectId, 'user', 'an1')).toBe(await on.identity.personOf(projectId, 'user', 'u1'));
  expect(await traitsOf(on, projectId, 'u1')).toEqual({ email: 'li@example.com', firstName: 'Li', age: 32, list: ['y'] });
  expect(await groupsOf(on, projectId)).toEqual([{ type: 'company', id: 'c1', traits: { seats: 5 } }]);
  await done((callback) => client.people.delete_user('u1', callback));
  expect(await traitsOf(on, projectId, 'u1')).toEqual({});
});

test('recorded requests are answered with exactly what the client compares', async () => {
  const { projectId, writeKey } = await on.newKeys();
  for (const { recorded, answer } of await replayAll(on, 'mixpanel', `/c/mixpanel/${writeKey}`)) {
    const text = await answer.text();
    expect([recorded.url.slice(0, 40), answer.status, text]).toEqual([
      recorded.url.slice(0, 40),
      200,
      recorded.url.includes('verbose=1') ? '{"status":1,"error":null}' : '1',
    ]);
  }
  const rows = await storedEvents(on, projectId);
  expect(rows.filter((row) => row.event === 'old')).toMatchObject([{ ms: 1_704_067_200_000, user_id: 'u1' }]);
  expect(rows.map((row) => row.event)).toEqual(expect.arrayContaining(['Signup', '$identify', '$charge', '$alias', 'a', 'b', 'x']));
  expect(await traitsOf(on, projectId, 'u1')).toEqual({});
});

test('what the browser sends: devices, users, times in seconds, pages', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const at = Date.now() - 60_000;
  const event = (name: string, more: object) => ({ event: name, properties: { token: writeKey, time: at / 1_000, mp_lib: 'web', ...more } });
  const form = (value: unknown) => `data=${encodeURIComponent(Buffer.from(JSON.stringify(value)).toString('base64'))}`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const first = await post(
    '/track/?verbose=1&ip=1',
    form([
      event('$mp_web_page_view', {
        distinct_id: '$device:d1',
        $device_id: 'd1',
        $insert_id: 'i1',
        $current_url: 'https://shop.example.com/p/1?utm_source=x',
        current_page_title: 'Shop',
        $referrer: '$direct',
        utm_source: 'x',
        $screen_width: 1440,
      }),
      event('Bought', { distinct_id: '$device:d1', $device_id: 'd1', $insert_id: 'i2' }),
      event('$identify', { distinct_id: 'u1', $device_id: 'd1', $user_id: 'u1', $anon_id: 'd1', $identified_id: 'u1', $insert_id: 'i3' }),
      event('Bought', { distinct_id: 'u1', $device_id: 'd1', $user_id: 'u1', $insert_id: 'i4' }),
    ]),
    headers,
  );
  expect(await first.json()).toEqual({ status: 1, error: null });
  const rows = await storedEvents(on, projectId);
  expect(rows.map((row) => row.event)).toEqual(['$page', 'Bought', '$identify', 'Bought']);
  expect(rows.every((row) => Math.abs(row.ms - at) < 2)).toBe(true);
  expect(new Set(rows.map((row) => row.person_id)).size).toBe(1);
  expect(rows[0]).toMatchObject({
    anonymous_id: 'd1',
    user_id: '',
    properties: { url: 'https://shop.example.com/p/1?utm_source=x', path: '/p/1', search: '?utm_source=x', title: 'Shop' },
    context: { library: { name: 'mixpanel-browser' }, campaign: { source: 'x' }, screen: { width: 1440 } },
  });
  expect(rows[0]?.properties).not.toHaveProperty('$device_id');
});

test('strict imports: lines or a list, packed or not; what is wrong is named, the rest is imported', async () => {
  const { projectId, secretKey } = await on.newKeys();
  const row = (id: string, more: object = {}) => ({
    event: 'Old',
    properties: { time: 1_704_067_200, distinct_id: 'u1', $insert_id: id, mp_country_code: 'CN', ...more },
  });
  const lines = [row('a'), row('b')].map((each) => JSON.stringify(each)).join('\n');
  const whole = await post('/import?strict=1&project_id=1', gzipSync(lines), { ...basic(secretKey), 'content-type': 'application/x-ndjson' });
  expect([whole.status, await whole.json()]).toEqual([200, { code: 200, num_records_imported: 2, status: 'OK' }]);
  const mixed = await post(
    '/import?strict=1',
    [
      row('a'),
      row('c'),
      row('d', { distinct_id: 'anonymous' }),
      row('bad id !'),
      { event: 'Old', properties: { distinct_id: 'u', $insert_id: 'e' } },
    ],
    basic('service', secretKey),
  );
  expect([mixed.status, await mixed.json()]).toEqual([
    400,
    {
      code: 400,
      error: 'some data points in the request failed validation',
      failed_records: [
        { index: 2, insert_id: 'd', field: 'properties.distinct_id', message: expect.any(String) },
        { index: 3, insert_id: 'bad id !', field: 'properties.$insert_id', message: expect.any(String) },
        { index: 4, insert_id: 'e', field: 'properties.time', message: expect.any(String) },
      ],
      num_records_imported: 2,
      status: 'Bad Request',
    },
  ]);
  const rows = await storedEvents(on, projectId);
  expect(rows.map((each) => [each.event, each.ms])).toEqual([1, 2, 3].map(() => ['Old', 1_704_067_200_000]));
  expect(rows[0]?.context).toMatchObject({ location: { country: 'CN' } });
  const many = Array.from({ length: 2_001 }, (_, index) => row(`m${index}`));
  const refused = await post('/import?strict=1', many, basic(secretKey));
  expect([refused.status, await refused.json()]).toMatchObject([400, { code: 400, status: 'Bad Request', error: expect.any(String) }]);
  const large = await post('/import?strict=1', ' '.repeat(10_485_761), { ...basic(secretKey), 'content-type': 'application/json' });
  expect([large.status, await large.json()]).toMatchObject([413, { code: 413, status: 'Request Entity Too Large' }]);
});

test('failures come in its own form', async () => {
  const { writeKey } = await on.newKeys();
  const event = { event: 'x', properties: { token: 'nope', distinct_id: 'u' } };
  const data = encodeURIComponent(Buffer.from(JSON.stringify(event)).toString('base64'));
  const plain = await fetch(`${on.url}/track?data=${data}`);
  expect([plain.status, await plain.text()]).toEqual([401, '0']);
  const verbose = await fetch(`${on.url}/track?verbose=1&data=${data}`);
  expect([verbose.status, await verbose.json()]).toMatchObject([401, { status: 0, error: expect.any(String) }]);
  const nobody = await post('/track?verbose=1', { event: 'x', properties: { token: writeKey } });
  expect([nobody.status, await nobody.json()]).toMatchObject([400, { status: 0, error: expect.any(String) }]);
  const pixel = await fetch(
    `${on.url}/track?img=1&data=${data.replace(/.*/, encodeURIComponent(Buffer.from(JSON.stringify({ event: 'Mail opened', properties: { token: writeKey, distinct_id: 'u' } })).toString('base64')))}`,
  );
  expect([pixel.status, pixel.headers.get('content-type')]).toEqual([200, 'image/gif']);
  const unknown = await post('/import?strict=1', [{ event: 'x', properties: {} }], basic('someone'));
  expect([unknown.status, await unknown.json()]).toMatchObject([401, { code: 401, status: 'Unauthorized' }]);
  expect((await post('/track', 'data=%%%')).status).toBe(400);
  const wrong = await post('/engage?verbose=1', { $token: writeKey, $distinct_id: 'u', $set: 'text' });
  expect([wrong.status, await wrong.json()]).toMatchObject([400, { status: 0, error: expect.stringContaining('$set') }]);
});
