import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PostHog } from 'posthog-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../testing/open-gateway.ts';
import { groupsOf, replayAll, storedEvents, traitsOf } from '../testing/stored.ts';

let on: TestGateway;
beforeAll(async () => {
  on = await openTestGateway();
});
afterAll(() => on.stop());

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${on.url}${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers });

test("PostHog's own Node client gets everything through, and reads its flags", async () => {
  const { projectId, writeKey } = await on.newKeys();
  const client = new PostHog(writeKey, { host: on.url, flushAt: 20, personalApiKey: 'phx_none' });
  const failures: unknown[] = [];
  client.on('error', (error: unknown) => failures.push(error));
  const at = new Date(Date.now() - 60_000);
  client.capture({
    distinctId: 'u1',
    event: 'Order completed',
    properties: { revenue: 9.5, currency: 'CNY', items: ['a', 'b'], $set: { vip: true } },
    timestamp: at,
  });
  client.identify({ distinctId: 'u1', properties: { email: 'li@example.com', $set_once: { first_plan: 'pro' } } });
  client.alias({ distinctId: 'u1', alias: 'an1' });
  client.capture({ distinctId: 'an1', event: 'Same person', groups: { company: 'c1' } });
  client.groupIdentify({ groupType: 'company', groupKey: 'c1', properties: { seats: 5 }, distinctId: 'u1' });
  expect(await client.isFeatureEnabled('new-page', 'u1')).toBeFalsy();
  expect(await client.getAllFlags('u1')).toEqual({});
  await client.shutdown();
  expect(failures).toEqual([]);
  const rows = await storedEvents(on, projectId);
  const order = rows.find((row) => row.event === 'Order completed');
  expect(order).toMatchObject({ user_id: 'u1', source: 'posthog', context: { library: { name: 'posthog-node', version: '5.70.0' } } });
  expect(order?.properties).toMatchObject({ revenue: 9.5, currency: 'CNY', items: ['a', 'b'] });
  expect(Math.abs((order?.ms ?? 0) - at.getTime())).toBeLessThan(30_000);
  expect(rows.map((row) => row.event)).toEqual(expect.arrayContaining(['$identify', '$alias', 'Same person', '$group']));
  expect(new Set(rows.map((row) => row.person_id)).size).toBe(1);
  expect(await traitsOf(on, projectId, 'u1')).toEqual({ vip: true, email: 'li@example.com', first_plan: 'pro' });
});

test('recorded requests of the Node client are answered as it expects', async () => {
  const { projectId, writeKey } = await on.newKeys();
  for (const { recorded, answer } of await replayAll(on, 'posthog-node', `/c/posthog/${writeKey}`)) {
    expect([recorded.url, answer.status]).toEqual([recorded.url, 200]);
    const body = (await answer.json()) as object;
    if (recorded.url.startsWith('/batch')) expect(body).toEqual({ status: 1 });
    else if (recorded.method === 'GET') expect(body).toEqual({ flags: [], group_type_mapping: {}, cohorts: {} });
    else
      expect(body).toMatchObject({
        flags: {},
        featureFlags: {},
        featureFlagPayloads: {},
        errorsWhileComputingFlags: false,
        requestId: expect.any(String),
      });
  }
  const rows = await storedEvents(on, projectId);
  expect(rows.map((row) => row.event).sort()).toEqual(['$alias', '$feature_flag_called', '$identify', 'signed up', 'x']);
  // A server describes the company without naming a person: nobody's event, and no person of that name.
  expect(await groupsOf(on, projectId)).toEqual([{ type: 'company', id: 'c1', traits: { n: 1 } }]);
  expect(await on.identity.personOf(projectId, 'user', '$company_c1')).toBeUndefined();
  expect(await traitsOf(on, projectId, 'u1')).toEqual({ email: 'a@b.c', name: 'A' });
});

test('recorded requests of the browser client become pages, clicks and one person', async () => {
  const { projectId, writeKey } = await on.newKeys();
  for (const { recorded, answer } of await replayAll(on, 'posthog-js', `/c/posthog/${writeKey}`))
    expect([recorded.url, answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([recorded.url, 200, 'http://shop.example.com']);
  const rows = await storedEvents(on, projectId);
  const page = rows.find((row) => row.event === '$page');
  expect(page?.properties).toMatchObject({
    url: 'http://shop.example.com/p/1?utm_source=x&utm_medium=cpc',
    path: '/p/1',
    search: '?utm_source=x&utm_medium=cpc',
    title: 'Shop',
    referrer: 'https://www.google.com/',
  });
  expect(page?.context).toMatchObject({
    library: { name: 'posthog-js', version: '1.449.2' },
    campaign: { source: 'x', medium: 'cpc' },
    timezone: 'UTC',
  });
  expect(page).toMatchObject({ session_id: '01a2021d-e221-7210-b3a5-cca2ae54261a', anonymous_id: '01a2021d-e1df-76d6-af59-b3e3cc7e301c' });
  // Nothing that the library tells about itself, and nothing that it did not find out.
  const told = Object.keys(rows.find((row) => row.event === 'ev')?.properties ?? {});
  expect(told).toContain('a');
  expect(told.filter((name) => /sdk_|lib_|gclid|fbclid|token|distinct_id|pageview_id/.test(name))).toEqual([]);
  expect(rows.map((row) => row.event)).toEqual(expect.arrayContaining(['$identify', '$page_leave', '$group']));
  const mine = rows.filter((row) => row.session_id === '01a2021d-e221-7210-b3a5-cca2ae54261a');
  expect(new Set(mine.map((row) => row.person_id)).size).toBe(1);
  expect(await traitsOf(on, projectId, 'u1')).toMatchObject({ email: 'a@b.c', first: 1, $initial_referrer: 'https://www.google.com/' });
});

test('older forms: one event, a bare list, base64 in a form or the query, offsets', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const event = (name: string, more: object = {}) => ({ event: name, properties: { distinct_id: 'u1', token: writeKey, ...more } });
  const base64 = (value: unknown) => encodeURIComponent(Buffer.from(JSON.stringify(value)).toString('base64'));
  const answers = await Promise.all([
    post('/capture/', { api_key: writeKey, event: 'One', distinct_id: 'u1', properties: { a: 1 } }),
    post('/e/?ip=1', JSON.stringify([event('Listed'), event('Listed too')]), { 'content-type': 'text/plain' }),
    post('/e/?compression=base64', `data=${base64(event('In a form', { text: '??>>' }))}`, { 'content-type': 'application/x-www-form-urlencoded' }),
    fetch(`${on.url}/e/?data=${base64(event('In the query'))}`),
    post('/batch', { api_key: writeKey, batch: [{ ...event('Offset'), offset: 5_000 }] }),
  ]);
  expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual(answers.map(() => ({ status: 1 })));
  const rows = await storedEvents(on, projectId);
  expect(rows.map((row) => row.event).sort()).toEqual(['In a form', 'In the query', 'Listed', 'Listed too', 'Offset', 'One']);
  expect(Date.now() - (rows.find((row) => row.event === 'Offset')?.ms ?? 0)).toBeGreaterThanOrEqual(5_000);
});

test('failures come in its own form', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const unknown = await post('/batch/', { api_key: 'phc_nope', batch: [{ event: 'x', distinct_id: 'u' }] });
  expect([unknown.status, await unknown.json()]).toMatchObject([401, { type: 'authentication_error', code: 'invalid_api_key' }]);
  const broken = await post('/e/', 'nonsense');
  expect([broken.status, await broken.json()]).toMatchObject([400, { type: 'validation_error' }]);
  const noBatch = await post('/batch/', { api_key: writeKey, batch: 'x' });
  expect([noBatch.status, await noBatch.json()]).toMatchObject([400, { code: 'gateway.batch_missing' }]);
  const none = await post('/batch/', { api_key: writeKey, batch: [{ event: 'x' }] });
  expect([none.status, await none.json()]).toMatchObject([400, { type: 'validation_error', code: 'stream.person_missing' }]);
  const some = await post('/batch/', {
    api_key: writeKey,
    batch: [{ event: 'x' }, { event: 'Good', distinct_id: 'u', timestamp: 'x' }, { event: 'Good', distinct_id: 'u' }],
  });
  expect([some.status, await some.json()]).toMatchObject([200, { status: 1, refused: [{ index: 0 }, { index: 1, code: 'gateway.field_invalid' }] }]);
  expect((await storedEvents(on, projectId)).map((row) => row.event)).toEqual(['Good']);
  const large = await post('/e/', { api_key: writeKey, event: 'x', distinct_id: 'u', properties: { text: 'x'.repeat(21_000_000) } });
  expect([large.status, await large.json()]).toMatchObject([413, { type: 'validation_error' }]);
  const config = await fetch(`${on.url}/array/${writeKey}/config.js`);
  expect([config.status, config.headers.get('content-type')]).toEqual([200, 'application/javascript; charset=utf-8']);
  expect(await config.text()).toContain(`["${writeKey}"]={config:`);
  expect((await fetch(`${on.url}/array/phc_nope/config`)).status).toBe(401);
  expect((await post('/s/', { anything: true })).status).toBe(200);
});

test("its snippet gets the library from here, and nothing but the library's own files", async () => {
  const shipped = readFileSync(createRequire(import.meta.url).resolve('posthog-js/dist/array.js'), 'utf8');
  const reply = await fetch(`${on.url}/static/array.js`, { headers: { origin: 'https://shop.example.com' } });
  expect([reply.status, reply.headers.get('content-type'), reply.headers.get('content-encoding')]).toEqual([
    200,
    'application/javascript; charset=utf-8',
    'gzip',
  ]);
  expect(await reply.text()).toBe(shipped);
  const plain = await fetch(`${on.url}/static/1.2.3/array.js`, { headers: { 'accept-encoding': 'identity' } });
  expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, shipped]);
  for (const name of ['nothing.js', '..%2fpackage.json', 'array.js.map', '%2e%2e%2f%2e%2e%2fLICENSE'])
    expect((await fetch(`${on.url}/static/${name}`)).status).toBe(404);
});
