import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../testing/open-gateway.ts';
import { groupsOf, storedEvents, traitsOf } from '../testing/stored.ts';

let on: TestGateway;
beforeAll(async () => {
  on = await openTestGateway();
});
afterAll(() => on.stop());

test.each([true, false])("RudderStack's own Node client gets everything through (packed %s)", async (gzip) => {
  const { projectId, writeKey } = await on.newKeys();
  const client = new RudderAnalytics(writeKey, { dataPlaneUrl: on.url, gzip, flushAt: 10, logLevel: 'silly' });
  const at = new Date(Date.now() - 60_000);
  client.track({ anonymousId: 'd1', event: 'Bought', properties: { revenue: 9.5, currency: 'CNY', skus: ['a'] }, timestamp: at });
  client.identify({ userId: 'u1', anonymousId: 'd1', traits: { email: 'li@example.com' } });
  client.page({ userId: 'u1', name: 'Home', properties: { path: '/' } });
  client.screen({ userId: 'u1', name: 'Cart' });
  client.group({ userId: 'u1', groupId: 'c1', traits: { seats: 5 } });
  client.alias({ previousId: 'old', userId: 'u1' });
  await new Promise<void>((resolve, reject) => {
    void client.flush((error: Error | undefined) => (error ? reject(error) : resolve()));
  });
  const wanted = ['$alias', '$group', '$identify', '$page', '$screen', 'Bought'];
  await expect.poll(async () => (await storedEvents(on, projectId)).map((row) => row.event).sort()).toEqual(wanted);
  const rows = await storedEvents(on, projectId);
  const bought = rows.find((row) => row.event === 'Bought');
  expect(bought).toMatchObject({ anonymous_id: 'd1', properties: { revenue: 9.5, currency: 'CNY', skus: ['a'] } });
  expect(Math.abs((bought?.ms ?? 0) - at.getTime())).toBeLessThan(30_000);
  // Without packing its requests look like Segment's.
  expect(bought?.source).toBe(gzip ? 'rudderstack' : 'segment');
  expect(new Set(rows.map((row) => row.person_id)).size).toBe(1);
  expect(await traitsOf(on, projectId, 'u1')).toEqual({ email: 'li@example.com' });
  expect(await groupsOf(on, projectId)).toMatchObject([{ type: 'company', id: 'c1', traits: { seats: 5 } }]);
});

test('pixels and beacons', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const query = new URLSearchParams({
    writeKey,
    anonymousId: 'd1',
    event: 'Mail opened',
    'properties.campaign': 'spring',
    'context.page.url': 'https://x.example.com/',
  });
  const pixel = await fetch(`${on.url}/pixel/v1/track?${query}`);
  expect([pixel.status, pixel.headers.get('content-type'), (await pixel.arrayBuffer()).byteLength]).toEqual([200, 'image/gif', 42]);
  const beacon = await fetch(`${on.url}/beacon/v1/batch?writeKey=${writeKey}`, {
    method: 'POST',
    body: JSON.stringify({ batch: [{ type: 'track', anonymousId: 'd1', event: 'Left', context: { traits: {} } }] }),
  });
  expect(beacon.status).toBe(200);
  const rows = await storedEvents(on, projectId);
  expect(rows.map((row) => [row.event, row.source])).toEqual([
    ['Mail opened', 'rudderstack'],
    ['Left', 'rudderstack'],
  ]);
  expect(rows[0]).toMatchObject({ properties: { campaign: 'spring' }, context: { page: { url: 'https://x.example.com/' } } });
  expect((await fetch(`${on.url}/pixel/v1/track?event=x&writeKey=nope`)).status).toBe(401);
  const evil = await fetch(`${on.url}/pixel/v1/track?writeKey=${writeKey}&userId=u&event=e&__proto__.polluted=1&properties.__proto__.polluted=1`);
  expect(evil.status).toBe(400);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test("the source's document is given for live keys alone", async () => {
  const { writeKey } = await on.newKeys();
  const given = await fetch(`${on.url}/sourceConfig/?p=npm&v=3&writeKey=${writeKey}`);
  expect([given.status, await given.json()]).toMatchObject([200, { source: { id: writeKey, enabled: true, config: {}, destinations: [] } }]);
  expect((await fetch(`${on.url}/sourceConfig?writeKey=nope`)).status).toBe(401);
});
