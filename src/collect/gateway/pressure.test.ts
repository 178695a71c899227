import { afterAll, beforeAll, expect, test } from 'vitest';
import { refuseStream } from '../stream/contract.ts';
import type { Seen } from './arrival-of.ts';
import { Arrivals } from './arrivals.ts';
import { openTestGateway, type TestGateway } from './testing/open-gateway.ts';

let on: TestGateway;
let isOverloaded = false;
beforeAll(async () => {
  on = await openTestGateway((api) => ({
    ...api,
    accept: async (...given) => {
      if (isOverloaded) throw refuseStream('overloaded', { retryAfterSeconds: 2, details: { seconds: 2 } });
      return api.accept(...given);
    },
  }));
});
afterAll(() => on.stop());

test('under pressure the answer is 503 with Retry-After, and sending again then is taken', async () => {
  const { writeKey } = await on.newKeys();
  const send = () =>
    fetch(`${on.url}/v1/track?writeKey=${writeKey}`, { method: 'POST', body: JSON.stringify({ userId: 'u', event: 'E', messageId: 'm' }) });
  isOverloaded = true;
  const refused = await send();
  expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('access-control-expose-headers')]).toEqual([
    503,
    '2',
    'retry-after',
  ]);
  expect(await refused.json()).toMatchObject({ success: false, error: { code: 'stream.overloaded' } });
  isOverloaded = false;
  expect((await send()).status).toBe(200);
});

const arrival = (event: string, raw: unknown = { event }): Seen => ({
  sending: { key: { keyId: 'k', projectId: 7, kind: 'write' }, keyShown: 'wk_1…', source: 'segment', receivedAt: Date.now(), ip: '' },
  message: {
    raw,
    event: { messageId: event, kind: 'track', event, userId: 'u', time: Date.now(), sequence: 0, properties: {}, context: {} },
  },
  fate: { status: 'accepted', personId: 1 },
});

test('while somebody watches in one process, what arrives in another is seen there, before and after', async () => {
  const parts = { bus: on.kernel.bus, now: () => Date.now() };
  const web = new Arrivals({ ...parts, processId: 'web' });
  const collector = new Arrivals({ ...parts, processId: 'collector' });
  collector.add(7, [arrival('Before')]);
  const signal = new AbortController().signal;
  const first = await web.watch(7, {}, { waitMs: 10_000, signal });
  expect(first.items.map((item) => item.event)).toEqual(['Before']);
  const waiting = web.watch(7, { after: first.cursor }, { waitMs: 10_000, signal });
  collector.add(7, [arrival('Large', { text: 'x'.repeat(20_000) })]);
  collector.add(8, [arrival('Elsewhere')]);
  const next = await waiting;
  expect(next.items).toMatchObject([{ event: 'Large', isCut: true }]);
  expect(web.after(8, {}).items).toEqual([]);
  web.close();
  expect((await web.watch(7, { after: next.cursor }, { waitMs: 10_000, signal })).items).toEqual([]);
});

test('a process remembers the last arrivals of a project and no more', () => {
  const arrivals = new Arrivals({ bus: on.kernel.bus, processId: 'p', now: () => Date.now() });
  for (let batch = 0; batch < 30; batch += 1)
    arrivals.add(
      9,
      Array.from({ length: 100 }, (_, index) => arrival(`E${batch * 100 + index}`)),
    );
  const { items, cursor } = arrivals.after(9, {});
  expect([items.length, items[0]?.event]).toEqual([300, 'E2999']);
  expect(arrivals.after(9, { after: cursor }).items).toEqual([]);
});

test('who looks through a filter keeps what fits, however much else arrives, here and from other processes', async () => {
  const parts = { bus: on.kernel.bus, now: () => Date.now() };
  const web = new Arrivals({ ...parts, processId: 'web-2' });
  const collector = new Arrivals({ ...parts, processId: 'collector-2' });
  const signal = new AbortController().signal;
  const filter = { search: 'rare' };
  collector.add(11, [arrival('Rare before'), arrival('Common')]);
  const first = await web.watch(11, { filter }, { waitMs: 10_000, signal });
  expect(first.items.map((item) => item.event)).toEqual(['Rare before']);
  const flood = Array.from({ length: 1_000 }, (_, index) => arrival(`Common ${index}`));
  const waiting = web.watch(11, { filter, after: first.cursor }, { waitMs: 10_000, signal });
  collector.add(11, [...flood, arrival('Rare'), ...flood]);
  expect((await waiting).items.map((item) => item.event)).toEqual(['Rare']);
  web.add(11, [arrival('Rare here'), ...flood]);
  const here = await web.watch(11, { filter, after: (await waiting).cursor }, { waitMs: 10_000, signal });
  expect(here.items.map((item) => item.event)).toEqual(['Rare here']);
  expect(web.after(11, { filter: { status: 'refused' } }).items).toEqual([]);
  expect((await web.watch(11, { filter: { status: 'refused' } }, { waitMs: 0, signal })).items).toEqual([]);
  expect(
    (await web.watch(11, { filter: { status: 'accepted', dialect: 'segment', key: 'wk_1…' } }, { waitMs: 0, signal })).items.length,
  ).toBeGreaterThan(0);
});
