import { expect, test } from 'vitest';
import type { DialectBatch } from '../dialect.ts';
import { dialectRequest, eventsOf, readRecorded, recordedRequests, request } from '../testing/recorded-request.ts';
import { umami } from './umami.ts';

const WEBSITE = 'b59e9c65-ae32-47f1-8400-119fcf4861c4';
const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36', origin: 'https://x.com' };
const send = (payload: object, type = 'event', headers: Record<string, string> = browser) =>
  request('POST', '/api/send', { type, payload: { website: WEBSITE, ...payload } }, headers);

test('recorded requests of the Node client', async () => {
  const batches = await Promise.all(recordedRequests('umami__node').map((recorded) => readRecorded(umami, recorded)));
  expect(batches.map((batch) => batch.token)).toEqual([WEBSITE, WEBSITE, WEBSITE]);
  const [page, event, identify] = batches.map((batch) => eventsOf(batch)[0]);
  expect(page).toMatchObject({ kind: 'page', event: '$page', properties: { url: 'https://x.com/home', path: '/home' } });
  expect(event).toMatchObject({ kind: 'track', event: 'ev', properties: { a: 1 }, anonymousId: page?.anonymousId });
  expect(identify).toMatchObject({ kind: 'identify', traits: { plan: 'x' } });
});

test('seconds, ids, campaign and screen', async () => {
  const payload = {
    name: 'Buy',
    id: 'u-1',
    timestamp: 1795331829,
    url: '/p?utm_source=s',
    hostname: 'x.com',
    screen: '1440x900',
    language: 'zh-CN',
    data: { revenue: 9 },
  };
  const [event] = eventsOf(await readRecorded(umami, send(payload)));
  expect(event).toMatchObject({
    event: 'Buy',
    userId: 'u-1',
    time: 1795331829000,
    properties: { revenue: 9 },
    context: { campaign: { source: 's' }, screen: { width: 1440, height: 900 }, locale: 'zh-CN', page: { path: '/p' } },
  });
  expect(event?.anonymousId).toMatch(/^[0-9a-f-]{36}$/);
  // A server sends for many people from one address: that address is nobody's id.
  const [fromServer] = eventsOf(await readRecorded(umami, send(payload, 'event', { 'user-agent': 'Mozilla/5.0 Umami/v24' })));
  expect(fromServer?.anonymousId).toBeUndefined();
});

test('robots are answered beep boop, in a batch they are left out', async () => {
  const route = umami.routes[0];
  const bot = await dialectRequest(send({}, 'event', { 'user-agent': 'Googlebot/2.1' }));
  expect(await route?.read(bot)).toEqual({ token: WEBSITE, answer: { status: 200, body: { beep: 'boop' } } });
  const messages = [
    { type: 'event', payload: { website: WEBSITE, name: 'A' } },
    { type: 'event', payload: { website: WEBSITE, name: 'B', userAgent: 'Googlebot/2.1' } },
  ];
  expect(eventsOf(await readRecorded(umami, request('POST', '/api/batch', messages, browser)))).toHaveLength(1);
});

test('what we answered last keeps a visitor the same when the address changes', async () => {
  const route = umami.routes[0];
  const first = await dialectRequest(send({ url: '/a' }));
  const batch = (await route?.read(first)) as DialectBatch;
  const answer = route?.answer({ accepted: 1, duplicates: 0, refused: [], batch }, first);
  const reply = answer?.body as { cache: string; sessionId: string; visitId: string };
  expect(reply.sessionId).toBe(eventsOf(batch)[0]?.anonymousId);
  const moved = { ...(await dialectRequest(send({ url: '/b' }, 'event', { ...browser, 'x-umami-cache': reply.cache }))), ip: '198.51.100.9' };
  const again = (await route?.read(moved)) as DialectBatch;
  expect(eventsOf(again)[0]?.anonymousId).toBe(reply.sessionId);
  expect(route?.answer({ accepted: 1, duplicates: 0, refused: [], batch: again }, moved).body).toMatchObject({ visitId: reply.visitId });
});

test('wrong input is told as Umami tells it', async () => {
  const route = umami.routes[0];
  for (const [body, what] of [
    [{ type: 'nonsense', payload: { website: WEBSITE } }, 'gateway.type_unknown'],
    [{ type: 'event', payload: { website: WEBSITE, link: WEBSITE } }, 'gateway.field_invalid'],
    [{ type: 'event' }, 'gateway.field_invalid'],
  ] as const)
    await expect((async () => route?.read(await dialectRequest(request('POST', '/api/send', body, browser))))()).rejects.toMatchObject({
      code: what,
    });
});
