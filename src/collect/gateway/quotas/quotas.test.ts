import { afterAll, beforeAll, expect, test } from 'vitest';
import { HeldClock } from '../../../kernel/clock.ts';
import { openTestGateway, type TestGateway } from '../testing/open-gateway.ts';
import { storedEvents } from '../testing/stored.ts';
import { Quotas } from './quotas.ts';
import { TokenBucket } from './token-bucket.ts';

let on: TestGateway;
beforeAll(async () => {
  on = await openTestGateway();
});
afterAll(() => on.stop());

test('a bucket gives its burst at once and its rate from then on, and a large batch when it is full', () => {
  const bucket = new TokenBucket({ rate: 10, burst: 20 }, 0);
  expect(bucket.take(20, 0)).toBe(0);
  expect(bucket.take(1, 0)).toBe(100);
  expect(bucket.take(1, 100)).toBe(0);
  expect(bucket.take(5, 100)).toBe(500);
  expect(bucket.take(5, 600)).toBe(0);
  // More than it ever holds: a full bucket is enough, and what is taken beyond it is owed.
  expect(bucket.take(100, 2_600)).toBe(0);
  expect(bucket.take(1, 2_600)).toBe(8_100);
  bucket.setPace({ rate: 1_000, burst: 1_000 }, 2_600);
  expect(bucket.take(1, 2_700)).toBe(0);
  // Over a long time it is the rate, however it is asked.
  const steady = new TokenBucket({ rate: 50, burst: 100 }, 0);
  let taken = 0;
  for (let ms = 0; ms <= 60_000; ms += 7) if (steady.take(3, ms) === 0) taken += 3;
  expect(taken).toBeGreaterThan(50 * 60);
  expect(taken).toBeLessThanOrEqual(50 * 60 + 100);
});

const limitsOf = async (projectId: number) =>
  (
    (await (await fetch(`${on.url}/api/projects/${projectId}/key-limits`)).json()) as {
      items: { keyId: string; kind: string; eventsToday: number; limits: object }[];
    }
  ).items;
const setLimits = (projectId: number, keyId: string, body: object) =>
  fetch(`${on.url}/api/projects/${projectId}/key-limits/${keyId}`, {
    method: 'PUT',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
const post = (path: string, body: object) => fetch(`${on.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
const writeKeyId = async (projectId: number): Promise<string> => (await limitsOf(projectId)).find((key) => key.kind === 'write')?.keyId ?? '';

test('beyond its rate a key is answered with 429, in the form of each client, and nothing is stored', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const keyId = await writeKeyId(projectId);
  expect((await setLimits(projectId, keyId, { eventsPerSecond: 1, burst: 5, eventsPerDay: null })).status).toBe(204);
  const track = (count: number) =>
    post('/v1/batch', { writeKey, batch: Array.from({ length: count }, (_, index) => ({ type: 'track', userId: 'u', event: `E${index}` })) });
  expect((await track(5)).status).toBe(200);
  const segment = await track(5);
  expect([segment.status, await segment.json()]).toMatchObject([
    429,
    { success: false, error: { code: 'gateway.rate_limited', details: { max: 1 } } },
  ]);
  const wait = Number(segment.headers.get('retry-after'));
  expect(wait).toBeGreaterThanOrEqual(1);
  expect(wait).toBeLessThanOrEqual(5);
  expect(Number(segment.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1_000);
  const batch = Array.from({ length: 5 }, () => ({ event: 'x', distinct_id: 'u' }));
  const posthog = await post('/batch/', { api_key: writeKey, batch });
  expect([posthog.status, posthog.headers.get('retry-after') !== null, await posthog.json()]).toMatchObject([429, true, { type: 'throttled_error' }]);
  const mixpanel = await post(
    '/track?verbose=1',
    batch.map((each) => ({ event: each.event, properties: { token: writeKey, distinct_id: 'u' } })),
  );
  expect([mixpanel.status, await mixpanel.json()]).toMatchObject([429, { status: 0, error: expect.any(String) }]);
  expect(await storedEvents(on, projectId)).toHaveLength(5);
  const arrivals = (await (await fetch(`${on.url}/api/projects/${projectId}/arrivals?status=refused`)).json()) as { items: object[] };
  expect(arrivals.items[0]).toMatchObject({ status: 'refused', code: 'gateway.rate_limited', dialect: 'mixpanel' });
  expect((await setLimits(projectId, keyId, { eventsPerSecond: null, burst: null, eventsPerDay: null })).status).toBe(204);
  expect((await track(5)).status).toBe(200);
});

test("a day's quota holds over all processes, and a rate is shared by them", async () => {
  const { projectId } = await on.newKeys();
  const keyId = await writeKeyId(projectId);
  const key = { keyId, projectId, kind: 'write' as const };
  const clock = new HeldClock(Date.UTC(2026, 10, 22, 23, 59, 50));
  const one = new Quotas({ ...on.kernel, clock });
  const other = new Quotas({ ...on.kernel, clock });
  await setLimits(projectId, keyId, { eventsPerSecond: 100, burst: 200, eventsPerDay: 500 });
  await one.spend(key, 200);
  clock.advance(2_000);
  await other.spend(key, 100);
  await one.flush();
  await other.flush();
  await one.flush();
  expect([(await one.today(projectId)).get(keyId), (await other.today(projectId)).get(keyId)]).toEqual([300, 300]);
  await expect(one.spend(key, 201)).rejects.toMatchObject({ code: 'gateway.quota_spent', retryAfterSeconds: 8 });
  // Two processes now: each has half of the burst.
  clock.advance(5_000);
  await one.spend(key, 100);
  await expect(one.spend(key, 50)).rejects.toMatchObject({ code: 'gateway.rate_limited', retryAfterSeconds: 1 });
  await other.flush();
  await other.spend(key, 100);
  await one.flush();
  await other.flush();
  clock.advance(2_999);
  await one.flush();
  await expect(one.spend(key, 1)).rejects.toMatchObject({ code: 'gateway.quota_spent', retryAfterSeconds: 1 });
  clock.advance(1);
  await one.spend(key, 100);
  expect((await one.today(projectId)).get(keyId)).toBe(100);
});

test('limits are set for live keys of the project alone, and are whole positive numbers', async () => {
  const mine = await on.newKeys();
  const other = await on.newKeys();
  const body = { eventsPerSecond: 10, burst: null, eventsPerDay: null };
  expect((await setLimits(mine.projectId, await writeKeyId(other.projectId), body)).status).toBe(404);
  expect((await setLimits(mine.projectId, 'nonsense', body)).status).toBe(400);
  for (const wrong of [0, -1, 1.5, '10', 1e12])
    expect((await setLimits(mine.projectId, await writeKeyId(mine.projectId), { ...body, eventsPerSecond: wrong })).status).toBe(400);
  expect((await limitsOf(mine.projectId)).map((key) => key.limits)).toEqual(
    [1, 2].map(() => ({ eventsPerSecond: null, burst: null, eventsPerDay: null })),
  );
});
