import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../../../src/collect/gateway/testing/open-gateway.ts';
import { type Dropped, NotDelivered, Perennial } from '../src/index.ts';

let on: TestGateway;
beforeAll(async () => {
  on = await openTestGateway();
});
afterAll(() => on.stop());

test('what a program says is what the server keeps: events in order, traits changed, each message once', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const client = new Perennial({ writeKey, host: on.url, flushAtExit: false });
  client.identify({ userId: 'li-hua', traits: { city: 'Wuhan', orders: 1, tags: ['a'] } });
  client.changeTraits({
    userId: 'li-hua',
    setOnce: { city: 'Beijing', first: 'yes' },
    increment: { orders: 2 },
    append: { tags: 'b' },
    unset: ['none'],
  });
  for (let n = 0; n < 250; n += 1) client.track({ userId: 'li-hua', event: 'Counted', properties: { n } });
  client.group({ userId: 'li-hua', groupId: 'acme', traits: { seats: 3 } });
  await client.track({ userId: 'li-hua', event: 'Counted', messageId: 'once', properties: { n: 250 } }, { wait: 'delivery' });
  await client.track({ userId: 'li-hua', event: 'Counted', messageId: 'once', properties: { n: 250 } }, { wait: 'delivery' });
  await client.close();
  const rows = await on.kernel.clickhouse.query<{ n: number; person_id: number }>(
    `SELECT toInt32(properties.n) AS n, person_id FROM events WHERE project_id = {projectId:UInt32} AND event = 'Counted' ORDER BY time, sequence`,
    { projectId },
  );
  expect(rows.map((row) => Number(row.n)).toSorted((one, other) => one - other)).toEqual(Array.from({ length: 251 }, (_, n) => n));
  expect(new Set(rows.map((row) => row.person_id)).size).toBe(1);
  const person = await on.identity.person(projectId, rows[0]?.person_id ?? 0);
  expect(person?.traits).toMatchObject({ city: 'Wuhan', first: 'yes', orders: 3, tags: ['a', 'b'] });
});

test('whoever waits for delivery learns why the server refused a message, of a batch and alone, and of a wrong key', async () => {
  const { writeKey } = await on.newKeys();
  const dropped: Dropped[] = [];
  const client = new Perennial({ writeKey, host: on.url, flushAtExit: false, onDrop: (each) => dropped.push(each) });
  const [good, bad] = await Promise.allSettled([
    client.track({ userId: 'u', event: 'Good' }, { wait: 'delivery' }),
    client.track({ userId: 'u', event: '$made_up' }, { wait: 'delivery' }),
  ]);
  expect(good.status).toBe('fulfilled');
  expect(bad).toMatchObject({ status: 'rejected', reason: expect.any(NotDelivered) });
  await expect(client.track({ userId: 'u', event: '$made_up' }, { wait: 'delivery' })).rejects.toThrow('stream.event_name_reserved');
  expect(dropped.map(({ status, code }) => [status, code])).toEqual([
    [200, 'stream.event_name_reserved'],
    [400, 'stream.event_name_reserved'],
  ]);
  await client.close();
  const stranger = new Perennial({ writeKey: 'wk_nobody', host: on.url, flushAtExit: false });
  await expect(stranger.track({ userId: 'u', event: 'Never' }, { wait: 'delivery' })).rejects.toThrow('refused, 401');
  await stranger.close();
});
